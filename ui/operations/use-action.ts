import { useState } from 'react';
import { type ActionAnswer, useOperating } from './operator-context.tsx';

/** An action that may be under way, and what came of it last. */
export interface ActionState {
  readonly isRunning: boolean;
  readonly answer: ActionAnswer | undefined;
  readonly problem: string | undefined;
}

const nothing: ActionState = { isRunning: false, answer: undefined, problem: undefined };

/** Carries out actions one at a time and keeps what came of the last. */
export function useAction() {
  const { act } = useOperating();
  const [state, setState] = useState(nothing);
  const run = async (path: string, body: object): Promise<ActionAnswer | undefined> => {
    setState({ ...nothing, isRunning: true });
    try {
      const answer = await act(path, body);
      setState({ ...nothing, answer });
      return answer;
    } catch (error) {
      setState({ ...nothing, problem: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  };
  return { ...state, run };
}
