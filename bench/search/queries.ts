/** Searches that are measured: what real clients and the page ask, by the name that the report shows. */
export const queries: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'revision of a build id': { size: 1, query: { term: { 'build.id': '@BUILD_ID' } } },
  'newest build of a version': {
    size: 1,
    query: {
      bool: {
        must: [
          { term: { 'source.product': 'firefox' } },
          { term: { 'target.channel': 'beta' } },
          { term: { 'target.platform': 'mac' } },
        ],
      },
    },
    sort: [{ 'build.id': { order: 'desc' } }],
  },
  'distinct versions (libmozdata)': {
    size: 0,
    aggs: {
      myaggs: {
        filter: {
          bool: {
            must: [{ term: { 'source.product': 'firefox' } }, { term: { 'target.channel': 'nightly' } }],
          },
        },
        aggs: {
          'target.version': {
            terms: { field: 'target.version', size: 1000, order: { _term: 'desc' }, include: '.*' },
          },
        },
      },
    },
  },
  '30 builds with highlights (the page)': {
    size: 30,
    query: {
      query_string: {
        query: 'firefox* 14*',
        fields: ['source.product', 'target.channel^1.2', 'target.version^10', 'build.id'],
        analyzer: 'standard',
        default_operator: 'AND',
        analyze_wildcard: true,
        lenient: true,
      },
    },
    sort: [{ 'download.date': 'desc' }],
    highlight: { fields: { 'source.product': {}, 'target.version': {} } },
  },
  '500 builds (probe-scraper)': {
    size: 500,
    from: 500,
    query: {
      bool: {
        filter: [
          { term: { 'source.product': 'firefox' } },
          { term: { 'target.channel': 'beta' } },
          { range: { 'target.version': { gte: '100' } } },
        ],
      },
    },
  },
};
