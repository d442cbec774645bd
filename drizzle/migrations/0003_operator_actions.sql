CREATE TABLE "ingestion_minutes" (
	"minute" timestamp with time zone PRIMARY KEY NOT NULL,
	"objects" integer NOT NULL,
	"lag_sum" double precision NOT NULL,
	"lag_max" double precision NOT NULL,
	"newest_event_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "operator_actions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "operator_actions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"operator" text NOT NULL,
	"via" text NOT NULL,
	"remote_address" text,
	"action" text NOT NULL,
	"parameters" jsonb DEFAULT '{}' NOT NULL,
	"outcome" text DEFAULT 'begun' NOT NULL,
	"result" text,
	"workflow_id" text
);
--> statement-breakpoint
CREATE INDEX "operator_actions_at" ON "operator_actions" USING btree ("at","id");