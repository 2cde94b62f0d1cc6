import { AwsError } from '../errors.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { arnOf, type Place } from '../place.ts';
import { type Archive, Archives, archiveRuleName, checkArchivePattern } from './archive.ts';
import type { EventBus, KeptRule, Rule, Target } from './event-bus.ts';
import type { EventRecords } from './event-records.ts';
import { compileMatcher } from './rule-pattern.ts';
import { targetOf } from './target-schema.ts';

type RuleDefinition = Pick<Rule, 'name' | 'bus' | 'description' | 'enabled' | 'pattern'>;

/** Buses and what is on them. Templates bring theirs along at every start; what the API makes is kept on disk. */
export class Buses {
  readonly archives: Archives;
  #buses = new Map<string, EventBus>();
  #records: EventRecords;
  #place: Place;

  constructor(records: EventRecords, place: Place) {
    this.#records = records;
    this.#place = place;
    this.archives = new Archives(records, place);
    this.create('default');
    for (const [name, { description }] of records.all<{ description?: string }>('bus', ''))
      this.create(name, description);
  }

  all(): EventBus[] {
    return [...this.#buses.values()];
  }

  /** Keeps a bus that the API has made, which no template brings back. */
  keep({ name, description }: EventBus): void {
    this.#records.keep('bus', '', name, { ...(description !== undefined && { description }) });
  }

  /** Sets a statement's policy, or takes it away. */
  putPermission(bus: EventBus, id: string, policy: PolicyDocument | undefined): void {
    if (policy) {
      bus.policies.set(id, policy);
      this.#records.keep('permission', bus.name, id, policy);
    } else {
      bus.policies.delete(id);
      this.#records.forget('permission', bus.name, id);
    }
  }

  arn(name: string): string {
    return arnOf(this.#place, 'events', `event-bus/${name}`);
  }

  /** The default bus is not part of a rule's ARN, a custom one is. */
  ruleArn(bus: string, name: string): string {
    return arnOf(this.#place, 'events', `rule/${bus === 'default' ? '' : `${bus}/`}${name}`);
  }

  /** Makes a bus, with what the API has put on one of this name before a restart. */
  create(name: string, description?: string): EventBus {
    const known = this.#buses.get(name);
    const bus: EventBus = known ?? { name, arn: this.arn(name), rules: new Map(), policies: new Map() };
    if (description !== undefined) bus.description = description;
    if (known) return bus;
    this.#buses.set(name, bus);
    for (const [id, policy] of this.#records.all<PolicyDocument>('permission', name))
      bus.policies.set(id, policy);
    for (const [rule, kept] of this.#records.all<KeptRule>('rule', name)) {
      // Changes to a template's rule wait for the template.
      if (kept.template === undefined)
        this.#install({ ...kept, name: rule, bus: name }, kept.targets.map(targetOf));
    }
    for (const archive of this.archives.all()) if (archive.bus === name) this.#installArchive(archive);
    return bus;
  }

  /** @throws AwsError ValidationException: the default bus stays, and so does one with rules */
  remove(name: string): void {
    if (name === 'default') throw new AwsError('ValidationException', 'Cannot delete event bus default.');
    const bus = this.#buses.get(name);
    if (!bus) return;
    if (bus.rules.size > 0)
      throw new AwsError('ValidationException', "EventBus can't be deleted since it has rules.");
    for (const [id] of this.#records.all('permission', name)) this.#records.forget('permission', name, id);
    this.#records.forget('bus', '', name);
    this.#buses.delete(name);
  }

  /** A bus by name or ARN. */
  get(reference: string): EventBus | undefined {
    return this.#buses.get(busNameOf(reference));
  }

  /** @throws AwsError ResourceNotFoundException */
  demand(reference: string): EventBus {
    const bus = this.get(reference);
    if (!bus)
      throw new AwsError('ResourceNotFoundException', `Event bus ${busNameOf(reference)} does not exist.`);
    return bus;
  }

  /**
   * Makes a rule or changes it; its targets stay.
   * @throws AwsError ResourceNotFoundException, InvalidEventPatternException
   */
  putRule(rule: RuleDefinition): Rule {
    const previous = this.demand(rule.bus).rules.get(rule.name);
    const template = previous?.template;
    const stored = this.#install(
      { ...rule, ...(template !== undefined && { template }) },
      previous?.targets.values() ?? [],
    );
    this.keepRule(stored);
    return stored;
  }

  /**
   * Brings a rule to what its template says. If the template says what it said before, changes made over the API
   * since then stay, as they do on AWS.
   * @throws AwsError ResourceNotFoundException, InvalidEventPatternException
   */
  putTemplateRule(rule: RuleDefinition, targets: Target[]): Rule {
    const template = JSON.stringify({ ...rule, targets: targets.map(({ described }) => described) });
    const kept = this.#records.one<KeptRule>('rule', rule.bus, rule.name);
    if (kept?.template === template) return this.#install({ ...rule, ...kept }, kept.targets.map(targetOf));
    this.#records.forget('rule', rule.bus, rule.name);
    return this.#install({ ...rule, template }, targets);
  }

  /** Puts on disk what the API has made of a rule. */
  keepRule({ name, bus, description, enabled, pattern, template, targets }: Rule): void {
    const kept: KeptRule = {
      enabled,
      pattern,
      targets: [...targets.values()].map(({ described }) => described),
      ...(description !== undefined && { description }),
      ...(template !== undefined && { template }),
    };
    this.#records.keep('rule', bus, name, kept);
  }

  removeRule(bus: string, name: string): void {
    this.#buses.get(bus)?.rules.delete(name);
    this.#records.forget('rule', bus, name);
  }

  #install(rule: Omit<Rule, 'arn' | 'matches' | 'targets'>, targets: Iterable<Target>): Rule {
    const bus = this.demand(rule.bus);
    const stored: Rule = {
      ...rule,
      arn: this.ruleArn(bus.name, rule.name),
      matches: compileMatcher(rule.pattern),
      targets: new Map([...targets].map((target) => [target.id, target])),
    };
    bus.rules.set(rule.name, stored);
    return stored;
  }

  /** Makes an archive of a bus's events, or changes it. @throws AwsError */
  putArchive(archive: Archive): void {
    this.demand(archive.bus);
    checkArchivePattern(archive.pattern);
    this.archives.put(archive);
    this.#installArchive(archive);
  }

  removeArchive(name: string): void {
    const archive = this.archives.get(name);
    if (!archive) return;
    this.#buses.get(archive.bus)?.rules.delete(archiveRuleName(name));
    this.archives.remove(name);
  }

  #installArchive(archive: Archive): void {
    const { targets, ...rule } = this.archives.rule(archive);
    this.#install(rule, targets.values());
  }
}

export function busNameOf(reference: string): string {
  return /^arn:[^:]+:events:[^:]*:[^:]*:event-bus\/(.+)$/.exec(reference)?.[1] ?? reference;
}
