import { STEP_SOURCE } from '@tributary/events';
import { busExportNames, type Resource } from '@tributary/service/deployment';
import type { Chain } from '../chain-file/chain.ts';
import { sourcePattern } from '../pattern/rule-pattern.ts';

/** Characters of an archive's name. */
export const maxArchiveName = 48;

/** What a chain's archives are called: of new objects, on the default bus, and of what its steps tell. */
export function archiveNames({ stage, name }: Pick<Chain, 'stage' | 'name'>): {
  source: string;
  steps: string;
} {
  return { source: `tributary-${stage}-${name}-source`, steps: `tributary-${stage}-${name}-steps` };
}

/**
 * Archives for replays: a replay goes to the bus that its events came from. Replaying the source runs the chain again;
 * replaying the steps only what comes after them.
 */
export function archives(chain: Chain): Record<string, Resource> {
  const { archiveDays, name } = chain;
  if (archiveDays === undefined) return {};
  const names = archiveNames(chain);
  const defaultBus = {
    'Fn::Join': [
      ':',
      ['arn', ...['Partition', 'Region', 'AccountId'].flatMap(partOfArn), 'event-bus/default'],
    ],
  };
  return {
    SourceArchive: {
      Type: 'AWS::Events::Archive',
      Properties: {
        ArchiveName: names.source,
        Description: `New objects that start chain ${name}`,
        SourceArn: defaultBus,
        EventPattern: sourcePattern(chain.source),
        RetentionDays: archiveDays,
      },
    },
    StepsArchive: {
      Type: 'AWS::Events::Archive',
      Properties: {
        ArchiveName: names.steps,
        Description: `What the steps of chain ${name} tell`,
        SourceArn: { 'Fn::ImportValue': busExportNames(chain.stage).arn },
        EventPattern: {
          $or: [
            { source: [STEP_SOURCE], detail: { chain: [name] } },
            { source: ['lambda'], detail: { requestPayload: { chain: [name] } } },
          ],
        },
        RetentionDays: archiveDays,
      },
    },
  };
}

function partOfArn(name: string): unknown[] {
  return name === 'Partition' ? [{ Ref: 'AWS::Partition' }, 'events'] : [{ Ref: `AWS::${name}` }];
}
