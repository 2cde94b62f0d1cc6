import type { ChainGraph } from '../graph.ts';
import type { Mistake } from '../mistake.ts';
import { alarms } from '../observability/alarms.ts';

/** Metrics of one alarm that does sums. */
const maxMetrics = 10;
/** Characters of the name of an alarm. */
const maxName = 255;

/** What CloudWatch would refuse of the alarms, or take and never tell anybody. */
export function checkAlarms(graph: ChainGraph): Mistake[] {
  const { chain, next } = graph;
  if (!chain.alarms) return [];
  const mistakes = chain.alarms.notify.flatMap((topic, index): Mistake[] => {
    const region = topic.split(':')[3];
    if (region === chain.region) return [];
    return [
      {
        code: 'topic-elsewhere',
        what: 'An alarm tells only topics of its own region',
        expected: `a topic in ${chain.region}`,
        got: topic,
        where: chain.place(['alarms', 'notify', index]),
      },
    ];
  });
  const starts = next().length;
  if (chain.alarms.newestFile !== false && starts > maxMetrics)
    mistakes.push({
      code: 'too-many-metrics',
      what: 'The age of the newest file cannot be watched over so many steps at the source',
      expected: `<= ${maxMetrics}, or \`newestFile: false\``,
      got: `${starts}`,
      where: chain.place(['alarms', 'newestFile']),
    });
  const names = Object.values(alarms(graph)).map(({ Properties }) => String(Properties.AlarmName));
  const longest = names.find((name) => name.length > maxName);
  if (longest !== undefined)
    mistakes.push({
      code: 'alarm-name-too-long',
      what: `CloudWatch does not take the name of the alarm, ${longest}`,
      expected: `<= ${maxName} characters: a shorter stage`,
      got: `${longest.length}`,
      where: chain.place(['alarms'], 'key'),
    });
  return mistakes;
}
