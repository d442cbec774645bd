import { type PointerEvent, useState } from 'react';

/** Bars from the first to the last, both included. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** Lets a person draw over bars; a click is a span of one bar. */
export function useBrush(count: number, onDrawn: (span: Span) => void) {
  const [hovered, setHovered] = useState<number>();
  const [drawn, setDrawn] = useState<{ from: number; to: number }>();
  const barAt = (event: PointerEvent<Element>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const at = Math.floor(((event.clientX - left) / width) * count);
    return Math.min(Math.max(at, 0), count - 1);
  };
  return {
    hovered,
    span: drawn && { first: Math.min(drawn.from, drawn.to), last: Math.max(drawn.from, drawn.to) },
    handlers: {
      onPointerDown(event: PointerEvent<Element>) {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrawn({ from: barAt(event), to: barAt(event) });
      },
      onPointerMove(event: PointerEvent<Element>) {
        const at = barAt(event);
        setHovered(at);
        if (drawn) setDrawn({ ...drawn, to: at });
      },
      onPointerUp(event: PointerEvent<Element>) {
        if (!drawn) return;
        const to = barAt(event);
        setDrawn(undefined);
        onDrawn({ first: Math.min(drawn.from, to), last: Math.max(drawn.from, to) });
      },
      onPointerCancel: () => setDrawn(undefined),
      onPointerLeave: () => setHovered(undefined),
    },
  };
}
