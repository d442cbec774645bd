/** Longest key that S3 allows, in bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;

/** The percent-encoded UTF-8 forms of one character, by the number of their bytes. */
const ENCODED_CHARACTER =
  /%[0-7][0-9a-f]|%[cd][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-7](?:%[89ab][0-9a-f]){3}/gi;

/**
 * The key that S3's notifications mean: they encode it like a form (`+` for a space, `%XX` for bytes of UTF-8). A
 * percent sign that begins no valid sequence is kept as it stands.
 */
export function decodeEventKey(encoded: string): string {
  return encoded.replaceAll('+', ' ').replace(ENCODED_CHARACTER, (sequence) => {
    try {
      return decodeURIComponent(sequence);
    } catch {
      return sequence;
    }
  });
}

/** Whether a key is that of a build's description: its last path component ends with `buildhub.json`. */
export function isBuildhubKey(key: string): boolean {
  return key.slice(key.lastIndexOf('/') + 1).endsWith('buildhub.json');
}

/**
 * Whether S3 can have a bucket of this name, by its former rules too; not those of S3 Express and Outposts, which have
 * clients of their own. Of any other text S3's client makes an error that looks as if it could pass.
 */
export function isBucketName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/.test(name) && !/--(x|xa|op)-s3$/.test(name);
}

/** Why S3 cannot have an object with this key, or undefined if it can. */
export function keyProblem(key: string): string | undefined {
  if (key === '') return 'is empty';
  if (key.includes('\0')) return 'holds the character U+0000';
  if (!key.isWellFormed()) return 'holds half of a surrogate pair';
  const bytes = new TextEncoder().encode(key).length;
  if (bytes > MAX_KEY_BYTES) return `has ${bytes} bytes, and S3 allows no more than ${MAX_KEY_BYTES}`;
  return undefined;
}
