/** The fields of a record with the names that people use, in the groups of the schema. */
export const recordGroups = [
  {
    label: 'Target',
    fields: [
      ['target.version', 'Version'],
      ['target.channel', 'Channel'],
      ['target.platform', 'Platform'],
      ['target.os', 'OS'],
      ['target.locale', 'Locale'],
    ],
  },
  {
    label: 'Source',
    fields: [
      ['source.product', 'Product'],
      ['source.repository', 'Repository'],
      ['source.tree', 'Tree'],
      ['source.revision', 'Revision'],
    ],
  },
  {
    label: 'Download',
    fields: [
      ['download.url', 'URL'],
      ['download.size', 'Size'],
      ['download.mimetype', 'Type'],
      ['download.date', 'Published'],
    ],
  },
  {
    label: 'Build',
    fields: [
      ['build.id', 'Build ID'],
      ['build.date', 'Built'],
      ['build.number', 'Number'],
      ['build.target', 'Compiler target'],
      ['build.host', 'Compiler host'],
      ['build.cc', 'C compiler'],
      ['build.cxx', 'C++ compiler'],
      ['build.as', 'Assembler'],
      ['build.ld', 'Linker'],
    ],
  },
] as const;
