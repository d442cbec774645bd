import { createContext, type FormEvent, type ReactNode, use, useEffect, useRef, useState } from 'react';
import type { z } from 'zod';
import type { actionResponse } from '../../api/operations/operations-route.ts';
import { ApiError, getJson, postJson } from '../api/ask-api.ts';
import { CloseIcon } from '../parts/icons.tsx';
import { useExpiring } from '../parts/use-expiring.ts';
import { TemporalLink } from './temporal-link.tsx';
import { type Polled, refreshAll, usePolled, withToken } from './use-polled.ts';

/** Who works with the page, and the token that shows it. */
interface Operator {
  readonly name: string;
  readonly token: string;
}

type ActionResponse = z.output<typeof actionResponse>;

interface Operating {
  readonly operator: Operator | undefined;
  /**
   * Posts an action to `/api/operations/{path}`; asks for name and token first if they are unknown. False if the person
   * cancelled that.
   *
   * @throws {ApiError} if the API refuses the action or cannot be reached
   */
  act(path: string, body: object): Promise<boolean>;
  /** Undefined if the person cancelled. */
  signIn(): Promise<Operator | undefined>;
  signOut(): void;
}

const Context = createContext<Operating | undefined>(undefined);

export function useOperator(): Operating {
  const operating = use(Context);
  if (!operating) throw new Error('useOperator needs an OperatorProvider above it');
  return operating;
}

/** {@link usePolled} of what only operators see: nothing is requested without one. Signs out when the API rejects the token. */
export function usePolledAsOperator<T>(path: string | undefined, seconds: number): Polled<T> {
  const { operator, signOut } = useOperator();
  const polled = usePolled<T>(operator && path, seconds, operator?.token);
  const isRefused = operator !== undefined && polled.refusedToken === operator.token;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is another function each time
  useEffect(() => {
    if (isRefused) signOut();
  }, [isRefused]);
  return polled;
}

/** Milliseconds for which the result of an action is shown; then the page itself shows what is true. */
const resultTime = 10_000;

/** Knows the operator for everything below it, and shows the result of the last action for ten seconds. */
export function OperatorProvider({ children }: { children: ReactNode }) {
  const [operator, setOperator] = useState(storedOperator);
  const [last, setLast] = useExpiring<ActionResponse>(resultTime);
  const dialog = useRef<HTMLDialogElement>(null);
  const resolveSignIn = useRef<(operator: Operator | undefined) => void>(undefined);
  const change = (next: Operator | undefined) => {
    storeOperator(next);
    setOperator(next);
  };
  const signIn = async () => {
    dialog.current?.showModal();
    // The browser would focus the close button.
    dialog.current?.querySelector('input')?.focus();
    const { promise, resolve } = Promise.withResolvers<Operator | undefined>();
    resolveSignIn.current = resolve;
    const signedIn = await promise;
    if (signedIn) change(signedIn);
    dialog.current?.close();
    return signedIn;
  };
  const act = async (path: string, body: object) => {
    const by = operator ?? (await signIn());
    if (!by) return false;
    try {
      const request = { ...body, operator: by.name };
      setLast((await postJson(`/api/operations/${path}`, request, withToken(by.token))) as ActionResponse);
      return true;
    } catch (error) {
      // The token has been changed since.
      if (error instanceof ApiError && error.status === 401) change(undefined);
      throw error;
    } finally {
      refreshAll();
    }
  };
  return (
    <Context value={{ operator, act, signIn, signOut: () => change(undefined) }}>
      {children}
      <p className="toast" role="status" aria-label="Last action">
        {last?.result}
        {last?.temporal_url && <TemporalLink url={last.temporal_url} />}
      </p>
      <dialog
        ref={dialog}
        className="dialog sign-in"
        aria-labelledby="sign-in"
        // By Escape or the close button; after a sign-in this changes nothing.
        onClose={() => resolveSignIn.current?.(undefined)}
      >
        <SignInForm onSignIn={(signedIn) => resolveSignIn.current?.(signedIn)} />
      </dialog>
    </Context>
  );
}

const invalidToken = 'This token is not valid.';

/** Asks for name and token, and accepts a token that the API accepts. */
function SignInForm({ onSignIn }: { onSignIn: (operator: Operator) => void }) {
  const [problem, setProblem] = useState<string>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const name = String(data.get('name') ?? '').trim();
    const token = String(data.get('token') ?? '').trim();
    if (name === '' || token === '') return;
    // A header cannot have other characters, such as those that some programs add to what is copied from them.
    if (!/^[\x21-\x7e]+$/.test(token)) return setProblem(invalidToken);
    try {
      await getJson('/api/operations/actions?limit=1', withToken(token));
      setProblem(undefined);
      form.reset();
      onSignIn({ name, token });
    } catch (error) {
      const isWrong = error instanceof ApiError && error.status === 401;
      setProblem(isWrong ? invalidToken : String((error as Error).message));
    }
  };
  return (
    <>
      <div className="dialog-head">
        <h2 id="sign-in">Sign in</h2>
        <form method="dialog">
          <button type="submit" className="icon-button" aria-label="Close">
            <CloseIcon />
          </button>
        </form>
      </div>
      {problem !== undefined && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <p className="soft">
        Enter the operator token of this Buildhub (OPERATIONS_TOKEN). Your name is recorded in the audit log.
        Both are cleared when you close this tab.
      </p>
      <form className="fields" onSubmit={(event) => void submit(event)}>
        <label>
          <span>Your name</span>
          <input name="name" required maxLength={100} autoComplete="username" />
        </label>
        <label>
          <span>Token</span>
          <input name="token" type="password" required autoComplete="off" />
        </label>
        <p className="actions">
          <button type="submit" className="button primary">
            Continue
          </button>
        </p>
      </form>
    </>
  );
}

/** In place of what only operators may see. */
export function SignInToSee({ what, canSignIn }: { what: string; canSignIn: boolean }) {
  const { signIn } = useOperator();
  return (
    <p className="soft">
      Only operators can see {what}.{' '}
      {canSignIn && (
        <button type="button" className="text-button" onClick={() => void signIn()}>
          Sign in
        </button>
      )}
    </p>
  );
}

const storageKey = 'buildhub.operator';

/** What the tab remembers. The token is never part of an address. */
function storedOperator(): Operator | undefined {
  try {
    const { name, token } = JSON.parse(sessionStorage.getItem(storageKey) ?? '{}') as Partial<Operator>;
    return typeof name === 'string' && typeof token === 'string' ? { name, token } : undefined;
  } catch {
    return undefined;
  }
}

function storeOperator(operator: Operator | undefined): void {
  try {
    if (operator) sessionStorage.setItem(storageKey, JSON.stringify(operator));
    else sessionStorage.removeItem(storageKey);
  } catch {
    // Storage is forbidden; the operator is known until the page is loaded again.
  }
}
