import { type LedgerEvent, slimProfile } from '@tributary/events/ledger';

/**
 * An event as the journal has it: all that a list of runs needs, and none of what makes events large. The event itself
 * lies whole in `ledger/`.
 */
export function journalLine(read: LedgerEvent): string {
  return JSON.stringify(slim(read));
}

function slim(read: LedgerEvent): unknown {
  if (read.kind === 'started' || read.kind === 'handed-over') return read.event;
  if (read.kind === 'failed') {
    const { responsePayload, requestPayload, ...detail } = read.event.detail;
    return {
      ...read.event,
      detail: {
        ...detail,
        requestPayload: slimEnvelope(requestPayload),
        responsePayload: slimError(responsePayload),
      },
    };
  }
  const { schema: _schema, facts, documents: _documents, notices: _notices, ...detail } = read.event.detail;
  const drift = facts?.drift?.map(({ against, verdict, total }) => ({ against, verdict, total }));
  const profile = facts?.profile && slimProfile(facts.profile);
  const outputs =
    'outputs' in detail && detail.outputs.map(({ fields: _fields, dialect: _dialect, ...output }) => output);
  return {
    ...read.event,
    detail: {
      ...detail,
      ...((drift || profile) && { facts: { ...(drift && { drift }), ...(profile && { profile }) } }),
      ...(outputs && { outputs }),
    },
  };
}

/** The envelope is where a failure's place in its run is read from, so all of it but the options stays. */
function slimEnvelope(payload: unknown): unknown {
  const { options: _options, ...envelope } = payload as Record<string, unknown>;
  return envelope;
}

function slimError(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { errorType, errorMessage } = payload as { errorType?: unknown; errorMessage?: unknown };
  return {
    errorType,
    errorMessage: typeof errorMessage === 'string' ? errorMessage.slice(0, 1000) : undefined,
  };
}
