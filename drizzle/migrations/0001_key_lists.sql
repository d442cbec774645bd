CREATE TABLE "key_lists" (
	"list" text NOT NULL,
	"part" integer NOT NULL,
	"keys" text[] NOT NULL,
	CONSTRAINT "key_lists_list_part_pk" PRIMARY KEY("list","part")
);
