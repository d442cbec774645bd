import { expect, test } from 'vitest';
import { formatTable } from './table.ts';

test('numbers stand on the right, below a ruled heading, and empty cells leave their room', () => {
  const table = formatTable([
    ['', 'ours', 'theirs'],
    ['messages/s', '60.0', ''],
    ['CPU', '', '7'],
  ]);
  expect(table).toBe(
    ['             ours   theirs', '-'.repeat(26), 'messages/s   60.0', 'CPU                      7'].join(
      '\n',
    ),
  );
});
