import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** A metric that an expression names, with the labels that it is chosen by. */
interface Selector {
  readonly metric: string;
  readonly labels: readonly { readonly name: string; readonly operator: string; readonly value: string }[];
}

/**
 * The metrics that a PromQL expression names. Grafana's own variables for intervals are read as five minutes.
 *
 * @throws if it is not valid PromQL, with the position
 */
export function readSelectors(expression: string): Selector[] {
  const text = expression.replaceAll('$__rate_interval', '5m');
  const selectors: Selector[] = [];
  parser.parse(text).iterate({
    enter({ type, node }) {
      if (type.isError) {
        throw new Error(`No PromQL at "${text.slice(node.from, node.from + 30)}" in: ${expression}`);
      }
      if (type.name === 'VectorSelector') selectors.push(readSelector(node, text));
    },
  });
  return selectors;
}

/** The metrics that it names, without what Prometheus appends to the name of a histogram. */
export function readMetrics(expression: string): string[] {
  return readSelectors(expression).map(({ metric }) => metric.replace(/_(bucket|sum|count)$/, ''));
}

function readSelector(node: SyntaxNode, text: string): Selector {
  const of = (child: SyntaxNode | null) => (child ? text.slice(child.from, child.to) : '');
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  return {
    metric: of(node.getChild('Identifier')),
    labels: matchers.map((matcher) => ({
      name: of(matcher.getChild('LabelName')),
      operator: of(matcher.getChild('MatchOp')),
      value: of(matcher.getChild('StringLiteral')).slice(1, -1),
    })),
  };
}
