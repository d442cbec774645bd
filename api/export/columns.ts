/**
 * The columns of a CSV export, in their order: what people look for first. Programs find columns by name or place, so
 * a new one goes to the end, and none moves or goes away.
 */
export const columns = [
  'id',
  'source.product',
  'target.version',
  'target.channel',
  'target.platform',
  'target.os',
  'target.locale',
  'build.id',
  'build.date',
  'download.date',
  'download.size',
  'download.url',
  'download.mimetype',
  'source.tree',
  'source.repository',
  'source.revision',
  'build.number',
  'build.target',
  'build.host',
  'build.cc',
  'build.cxx',
  'build.as',
  'build.ld',
] as const;
