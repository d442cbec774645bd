import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { ApiError } from '../api/ask-api.ts';
import { OperatorDialog } from './operator-dialog.tsx';
import { type Operator, storedOperator, storeOperator } from './operator-store.ts';
import { refreshAll } from './use-polled.ts';

/** What an action answers. */
export interface ActionAnswer {
  readonly result: string;
  readonly workflow_id?: string;
  readonly temporal_url?: string;
  readonly outcome?: string;
  readonly reason?: string | null;
}

interface Operating {
  readonly operator: Operator | undefined;
  /** Carries out an action; asks for token and name where they are not known. Undefined where that was given up. */
  act(path: string, body: object): Promise<ActionAnswer | undefined>;
  signIn(): Promise<Operator | undefined>;
  signOut(): void;
}

const Context = createContext<Operating | undefined>(undefined);

/** Who operates, and how actions are carried out. */
export function useOperating(): Operating {
  const operating = useContext(Context);
  if (!operating) throw new Error('An action outside of the operations page');
  return operating;
}

/** Keeps the operator for the actions below it. */
export function OperatorProvider({ children }: { children: ReactNode }) {
  const [operator, setOperator] = useState(storedOperator);
  const [problem, setProblem] = useState<string>();
  const [last, setLast] = useState('');
  useEffect(() => {
    if (last === '') return;
    // What was retried and is well leaves the page, and its result with it: here it stays for a while.
    const timer = setTimeout(() => setLast(''), 10_000);
    return () => clearTimeout(timer);
  }, [last]);
  const current = useRef(operator);
  const dialog = useRef<HTMLDialogElement>(null);
  const waiting = useRef<(answer: Operator | undefined) => void>(undefined);
  const operating = useMemo<Operating>(() => {
    const set = (next: Operator | undefined) => {
      current.current = next;
      storeOperator(next);
      setOperator(next);
    };
    const ask = (why?: string) => {
      waiting.current?.(undefined);
      setProblem(why);
      dialog.current?.showModal();
      // It would be at the cross that closes the dialog.
      dialog.current?.querySelector('input')?.focus();
      return new Promise<Operator | undefined>((resolve) => {
        waiting.current = (answer) => {
          waiting.current = undefined;
          if (answer) set(answer);
          resolve(answer);
        };
      });
    };
    return {
      operator: undefined,
      signIn: () => ask(),
      signOut: () => set(undefined),
      async act(path, body) {
        let who = current.current ?? (await ask());
        while (who) {
          try {
            const answer = await post(path, body, who);
            refreshAll();
            setLast(answer.result);
            return answer;
          } catch (error) {
            refreshAll();
            if (!(error instanceof ApiError) || error.status !== 401) throw error;
            set(undefined);
            who = await ask('The token was wrong.');
          }
        }
        return undefined;
      },
    };
  }, []);
  const value = useMemo(() => ({ ...operating, operator }), [operating, operator]);
  return (
    <Context value={value}>
      {children}
      <p className="toast" role="status" aria-label="Last action">
        {last}
      </p>
      <OperatorDialog ref={dialog} problem={problem} onAnswer={(answer) => waiting.current?.(answer)} />
    </Context>
  );
}

async function post(path: string, body: object, { who, token }: Operator): Promise<ActionAnswer> {
  const response = await fetch(`/api/operations/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({ ...body, operator: who }),
  }).catch((error: unknown) => {
    throw new ApiError("Can't reach the server. Check your connection.", undefined, error);
  });
  const answer = (await response.json().catch(() => ({}))) as ActionAnswer & { error?: string };
  if (response.ok) return answer;
  throw new ApiError(answer.error ?? `The server answered with status ${response.status}.`, response.status);
}
