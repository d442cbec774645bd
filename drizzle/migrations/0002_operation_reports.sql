CREATE TABLE "operation_reports" (
	"workflow_id" text NOT NULL,
	"run_id" text NOT NULL,
	"kind" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"report" jsonb NOT NULL,
	CONSTRAINT "operation_reports_workflow_id_run_id_pk" PRIMARY KEY("workflow_id","run_id")
);
--> statement-breakpoint
CREATE INDEX "operation_reports_kind" ON "operation_reports" USING btree ("kind","finished_at");--> statement-breakpoint
CREATE INDEX "builds_indexed_at" ON "builds" USING btree ("indexed_at","id");