import type { Rewrite } from './rewrite.ts';

/** Leaves out what can change no answer but could fill the server's memory. */
export const ignoredMembers: Rewrite = {
  reason:
    '`stats` names groups whose counters the server keeps for ever; nobody but its operator can read them. An empty `ext` says nothing.',
  search(body) {
    body.delete('stats');
    body.delete('ext');
  },
};
