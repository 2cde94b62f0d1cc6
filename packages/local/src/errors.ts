/** Where in a template something is wrong. Lines count from 1. */
export interface TemplatePlace {
  stack: string;
  resource?: string;
  property?: string;
  line?: number;
}

/**
 * The local AWS cannot start, or a stack cannot be deployed to it. `code` is stable and kebab-case.
 *
 * Codes: `bad-options`, `template-unreadable`, `template-invalid`, `unknown-resource-type`, `unknown-property`,
 * `bad-property`, `unknown-intrinsic`, `bad-intrinsic`, `unknown-reference`, `unknown-attribute`, `dependency-cycle`,
 * `bad-parameter`, `unknown-export`, `duplicate-export`, `export-in-use`, `unknown-stack`, `stack-exists`,
 * `resource-exists`, `artifact-unreadable`, `resource-failed`, `already-stopped`, `state-in-use`.
 * @example `new DeployError('unknown-resource-type', 'AWS::DynamoDB::Table is not there', { stack, resource, line })`
 */
export class DeployError extends Error {
  readonly code: string;
  readonly where: Partial<TemplatePlace>;

  constructor(code: string, what: string, where: Partial<TemplatePlace> = {}, options?: ErrorOptions) {
    const place = [
      where.stack && `stack ${where.stack}`,
      where.resource && `resource ${where.resource}`,
      where.property && `property ${where.property}`,
      where.line && `line ${where.line}`,
    ].filter(Boolean);
    super(place.length ? `${what} (${place.join(', ')})` : what, options);
    this.name = 'DeployError';
    this.code = code;
    this.where = where;
  }
}

/** What a service answers over the wire when it refuses: AWS's own code and HTTP status. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
  }
}

/** The message of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
