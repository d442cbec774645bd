import {
  createContext,
  type FormEvent,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { ApiError, postJson } from '../api/ask-api.ts';
import { CloseIcon } from '../parts/icons.tsx';
import { refreshAll } from './use-polled.ts';

/** Who works with the page, and the token that allows changes. */
interface Operator {
  readonly name: string;
  readonly token: string;
}

/** What the API returns for an action. */
export interface ActionResponse {
  readonly result: string;
  readonly workflow_id?: string;
  readonly temporal_url?: string;
}

interface Operating {
  readonly operator: Operator | undefined;
  /**
   * Posts an action to `/api/operations/{path}`; asks for name and token first if they are unknown. Undefined if the
   * person cancelled that.
   *
   * @throws {ApiError} if the API refuses the action or cannot be reached
   */
  act(path: string, body: object): Promise<ActionResponse | undefined>;
  signIn(): Promise<Operator | undefined>;
  signOut(): void;
}

const Context = createContext<Operating | undefined>(undefined);

/** The operator, and the way to carry out actions. */
export function useOperator(): Operating {
  const operating = useContext(Context);
  if (!operating) throw new Error('useOperator needs an OperatorProvider above it');
  return operating;
}

/** Knows the operator for everything below it, and shows the result of the last action for ten seconds. */
export function OperatorProvider({ children }: { children: ReactNode }) {
  const [operator, setOperator] = useState(storedOperator);
  const [problem, setProblem] = useState<string>();
  const [last, setLast] = useState('');
  useEffect(() => {
    if (last === '') return;
    // A retried failure leaves the page together with its result, so the result is repeated here.
    const timer = setTimeout(() => setLast(''), 10_000);
    return () => clearTimeout(timer);
  }, [last]);
  const current = useRef(operator);
  const dialog = useRef<HTMLDialogElement>(null);
  const resolveSignIn = useRef<(answer: Operator | undefined) => void>(undefined);
  const operating = useMemo<Operating>(() => {
    const set = (next: Operator | undefined) => {
      current.current = next;
      storeOperator(next);
      setOperator(next);
    };
    const signIn = (why?: string) => {
      resolveSignIn.current?.(undefined);
      setProblem(why);
      dialog.current?.showModal();
      // The browser would focus the close button.
      dialog.current?.querySelector('input')?.focus();
      return new Promise<Operator | undefined>((resolve) => {
        resolveSignIn.current = (answer) => {
          resolveSignIn.current = undefined;
          if (answer) set(answer);
          resolve(answer);
        };
      });
    };
    return {
      operator: undefined,
      signIn: () => signIn(),
      signOut: () => set(undefined),
      async act(path, body) {
        let by = current.current ?? (await signIn());
        while (by) {
          try {
            const headers = { Authorization: `Bearer ${by.token}` };
            const response = await postJson(
              `/api/operations/${path}`,
              { ...body, operator: by.name },
              headers,
            );
            setLast((response as ActionResponse).result);
            return response as ActionResponse;
          } catch (error) {
            if (!(error instanceof ApiError) || error.status !== 401) throw error;
            set(undefined);
            by = await signIn('This token is not valid.');
          } finally {
            refreshAll();
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
      <dialog
        ref={dialog}
        className="dialog sign-in"
        aria-labelledby="sign-in"
        // Escape and the close button end it without an answer; after an answer this changes nothing.
        onClose={() => resolveSignIn.current?.(undefined)}
      >
        <SignInForm problem={problem} onSignIn={(answer) => resolveSignIn.current?.(answer)} />
      </dialog>
    </Context>
  );
}

interface SignInFormProps {
  /** Why the form is shown again. */
  readonly problem: string | undefined;
  readonly onSignIn: (operator: Operator) => void;
}

function SignInForm({ problem, onSignIn }: SignInFormProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const name = String(data.get('name') ?? '').trim();
    const token = String(data.get('token') ?? '').trim();
    if (name === '' || token === '') return;
    form.reset();
    onSignIn({ name, token });
    form.closest('dialog')?.close();
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
        Changes need the operations token of this Buildhub (OPERATIONS_TOKEN). Your name goes into the audit
        log. Both are forgotten when you close this tab.
      </p>
      <form className="fields" onSubmit={submit}>
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
