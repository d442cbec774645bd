/** A text of the source and what a mutant puts in its place. */
export interface Edit {
  readonly file: string;
  /** Must be in the file exactly once. */
  readonly from: string;
  readonly to: string;
}

/** A fault of the code that the suite has to find. */
export interface Mutant {
  readonly name: string;
  readonly about: string;
  readonly edits: readonly Edit[];
  /** Options of the runs that are to catch it: faults and operations that make it show soon. */
  readonly options: readonly string[];
  /** Kinds of violations that count as caught. */
  readonly caughtBy: readonly string[];
}

export const mutants: readonly Mutant[] = [
  {
    name: 'deleted-before-start',
    about: 'the message is deleted before Temporal has accepted its workflow',
    edits: [
      {
        file: 'worker/poller.ts',
        from: '      const start = await this.#startUntilAccepted(plan, message, logger);',
        to: '      await this.#acknowledge(message);\n      const start = await this.#startUntilAccepted(plan, message, logger);',
      },
    ],
    options: [
      ...[
        '--faults',
        '20',
        '--builds',
        '400',
        '--shortest',
        '4',
        '--longest',
        '15',
        '--only',
        'service temporal',
      ],
      ...['edge temporal half-open', 'process poller', 'process worker-and-poller'],
    ],
    caughtBy: ['lost', 'wrong outcomes'],
  },
  {
    name: 'no-unique-hash',
    about: 'the table may hold a content twice',
    edits: [
      {
        file: 'drizzle/migrations/0000_initial.sql',
        from: ',\n\tCONSTRAINT "builds_build_hash_unique" UNIQUE("build_hash")',
        to: '',
      },
      {
        file: 'drizzle/queries/insert-builds.ts',
        from: 'on conflict (build_hash) do nothing',
        to: 'on conflict do nothing',
      },
    ],
    options: ['--faults', '10', '--builds', '300'],
    caughtBy: ['doubled'],
  },
  {
    name: 'elasticsearch-error-swallowed',
    about: 'a request that Elasticsearch did not take counts as done',
    edits: [
      {
        file: 'elasticsearch/write-builds.ts',
        from: "const { errors: hasErrors } = await client.bulk({ ...request, filter_path: ['errors'] }, options);",
        to: "const { errors: hasErrors } = await client\n    .bulk({ ...request, filter_path: ['errors'] }, options)\n    .catch(() => ({ errors: false }));",
      },
    ],
    options: ['--faults', '12', '--builds', '300', '--only', 'service elasticsearch', 'edge elasticsearch'],
    caughtBy: ['lost', 'marked too early'],
  },
  {
    name: 'swap-before-catch-up',
    about: 'the alias moves before the new index has caught up',
    edits: [
      {
        file: 'workflows/reindex/reindex.ts',
        from: '    this.#requireComplete();\n    await this.#catchUp();\n',
        to: '    this.#requireComplete();\n',
      },
      {
        file: 'workflows/reindex/reindex.ts',
        from: 'this.#swap({ retiredAt: since, since, catchesUp: true })',
        to: 'this.#swap({ retiredAt: since, since, catchesUp: false })',
      },
    ],
    options: [
      ...['--faults', '25', '--builds', '1500', '--operations', 'reindex'],
      ...['--only', 'edge s3 delay', 'edge sqs delay'],
    ],
    caughtBy: ['disappeared'],
  },
  {
    name: 'indexed-before-acknowledged',
    about: 'the table says that a build is in the index before Elasticsearch has acknowledged it',
    edits: [
      {
        file: 'activities/ingest/index-builds.ts',
        from: '  const { refused } = await writeBuilds(',
        to: '  await markIndexed(database, builds.map(({ id }) => id));\n  const { refused } = await writeBuilds(',
      },
    ],
    options: [
      '--faults',
      '16',
      '--builds',
      '400',
      '--only',
      'service elasticsearch',
      'edge elasticsearch',
      'process',
    ],
    caughtBy: ['marked too early'],
  },
  {
    name: 'heartbeat-ahead',
    about: 'a backfill reports a batch as done before it has ingested it',
    edits: [
      {
        file: 'activities/backfill/backfill-range.ts',
        from: '          inFlight = process(batch).then(',
        to: '            done = { ...done, rest: batch.rest };\n            Context.current().heartbeat(done);\n            inFlight = process(batch).then(',
      },
    ],
    options: [
      ...['--faults', '25', '--builds', '500', '--silent', '60', '--operations', 'backfill'],
      ...['--only', 'edge', 'process worker', 'service elasticsearch'],
    ],
    caughtBy: ['lost', 'wrong outcomes', 'wrong reports'],
  },
  {
    name: 'pause-lost',
    about: 'a run that continues as new forgets that it is paused',
    edits: [
      {
        file: 'workflows/run-control.ts',
        from: '    throwIfCancelled();\n    return this.#state;',
        to: '    throwIfCancelled();\n    return { ...this.#state, isPaused: false };',
      },
    ],
    options: [
      ...['--faults', '25', '--builds', '1200', '--silent', '80', '--operations', 'backfill'],
      ...['--only', 'process poller', 'edge s3'],
    ],
    caughtBy: ['forgotten pauses'],
  },
  {
    name: 'client-returned',
    about: 'a connection returns to the pool although its transaction was not rolled back',
    edits: [
      {
        file: 'drizzle/connect.ts',
        from: '    client.release(true);\n    throw error;',
        to: '    client.release();\n    throw error;',
      },
    ],
    // Few builds, so that such a connection stays unused for some seconds: the next plain statement closes it.
    options: [
      ...['--faults', '12', '--builds', '60', '--shortest', '5'],
      ...['--only', 'service postgres read-only'],
    ],
    caughtBy: ['open transactions', 'lost', 'wrong outcomes'],
  },
];
