import { useState } from 'react';
import type { Span } from './histogram.tsx';

interface SpanSlidersProps {
  readonly count: number;
  /** What a bar stands for, for people who hear it. */
  readonly describe: (bar: number) => string;
  readonly onApply: (span: Span) => void;
}

/** The same as drawing over the bars, by keyboard; they show once they have the focus. */
export function SpanSliders({ count, describe, onApply }: SpanSlidersProps) {
  const [first, setFirst] = useState(0);
  const [last, setLast] = useState(count - 1);
  return (
    <form
      className="span-sliders"
      onSubmit={(event) => {
        event.preventDefault();
        onApply({ first, last });
      }}
    >
      <input
        type="range"
        aria-label="First bar"
        aria-valuetext={describe(first)}
        min={0}
        max={count - 1}
        value={first}
        onChange={(event) => {
          setFirst(event.target.valueAsNumber);
          setLast(Math.max(last, event.target.valueAsNumber));
        }}
      />
      <input
        type="range"
        aria-label="Last bar"
        aria-valuetext={describe(last)}
        min={0}
        max={count - 1}
        value={last}
        onChange={(event) => {
          setLast(event.target.valueAsNumber);
          setFirst(Math.min(first, event.target.valueAsNumber));
        }}
      />
      <button type="submit" className="button">
        Zoom in
      </button>
    </form>
  );
}
