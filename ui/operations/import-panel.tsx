import { ActionResult } from './action-result.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { useAction } from './use-action.ts';

/** Brings in a Buildhub2, which is done once or twice in the life of a deployment. */
export function ImportPanel() {
  const action = useAction();
  return (
    <section className="start" aria-labelledby="start-import">
      <h3 id="start-import">Import from Buildhub2</h3>
      <p className="soft">
        Brings in all builds of the Buildhub2 database that the workers are told of (BUILDHUB2_DATABASE_URL),
        with their ids and hashes, and reindexes. What is here already is left alone.
      </p>
      <p className="actions">
        <ConfirmButton
          label="Start the import"
          question="Import all builds? It can be paused, cancelled and repeated."
          isDisabled={action.isRunning}
          onConfirm={() => void action.run('import/start', {})}
        />
      </p>
      <ActionResult {...action} />
    </section>
  );
}
