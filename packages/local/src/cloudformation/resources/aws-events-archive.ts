import * as z from 'zod';
import { AwsError } from '../../errors.ts';
import { busNameOf } from '../../eventbridge/buses.ts';
import { eventPatternSchema } from '../../eventbridge/rule-pattern.ts';
import { defineKind, integer, text } from '../resource-kind.ts';

const properties = z.strictObject({
  ArchiveName: text()
    .pipe(z.string().regex(/^[.\-_A-Za-z0-9]{1,48}$/))
    .optional(),
  Description: text().pipe(z.string().max(512)).optional(),
  EventPattern: eventPatternSchema.optional(),
  RetentionDays: integer(0, 2_147_483_647).default(0),
  SourceArn: text().pipe(
    z.string().regex(/^arn:[^:]+:events:[^:]*:[^:]*:event-bus\/.+$/, 'Must be the ARN of an event bus'),
  ),
});

export const eventsArchive = defineKind<z.infer<typeof properties>>({
  type: 'AWS::Events::Archive',
  properties,
  identify({ ArchiveName }, { place, generate }) {
    const name = ArchiveName ?? generate(48);
    const arn = `arn:${place.partition}:events:${place.region}:${place.accountId}:archive/${name}`;
    return { ref: name, attributes: { Arn: arn } };
  },
  put({ ref, properties: { Description, EventPattern, RetentionDays, SourceArn } }, { bridge }) {
    // After a restart it is there already, with its events.
    const { archives } = bridge.buses;
    const known = archives.get(ref) ?? archives.resting(ref);
    const bus = busNameOf(SourceArn);
    if (known && known.bus !== bus) {
      throw new AwsError(
        'ResourceAlreadyExistsException',
        `Archive ${ref} already exists, of event bus ${known.bus}: with another SourceArn it needs another name`,
      );
    }
    bridge.buses.putArchive({
      name: ref,
      bus,
      retentionDays: RetentionDays,
      template: true,
      createdAt: known?.createdAt ?? Date.now(),
      ...(Description !== undefined && { description: Description }),
      ...(EventPattern && { pattern: JSON.stringify(EventPattern) }),
    });
  },
  remove({ ref }, { bridge }) {
    bridge.buses.removeArchive(ref);
  },
});
