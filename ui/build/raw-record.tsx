import { CopyButton } from '../parts/copy-button.tsx';
import { ScrollFrame } from '../parts/scroll-frame.tsx';
import { type BuildHit, recordOf } from '../search/build-hit.ts';

/** The record as JSON. */
export function RawRecord({ build }: { build: BuildHit }) {
  const text = JSON.stringify(recordOf(build), null, 2);
  return (
    <details className="section raw">
      <summary>
        <h2>JSON</h2>
      </summary>
      <p className="actions">
        <CopyButton text={`${text}\n`} name="record as JSON">
          Copy JSON
        </CopyButton>
      </p>
      <ScrollFrame label="Record as JSON">
        <pre>{text}</pre>
      </ScrollFrame>
    </details>
  );
}
