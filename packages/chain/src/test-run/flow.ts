import type { Activity } from '@tributary/local';

/** A step event as it was told. */
export interface ToldEvent {
  type: string;
  step: string;
  detail: Record<string, unknown>;
}

/** With nothing under way for so long, a run has come to its end: what a function puts on the bus is matched at once. */
const quietMs = 400;
const longestMs = 120_000;

/** What happens to one file, as the local AWS tells it. */
export class Flow {
  /** Names of steps by their rules. */
  rules = new Map<string, string>();
  readonly events: ToldEvent[] = [];
  readonly faults: string[] = [];
  #fired: string[] = [];
  #underWay = 0;
  #arrived = false;
  #changedAt = Date.now();

  /** Steps whose rules have matched an event. */
  fired(): string[] {
    return this.#fired.flatMap((rule) => this.rules.get(rule) ?? []);
  }

  take(activity: Activity): void {
    this.#changedAt = Date.now();
    switch (activity.kind) {
      case 'object-event':
      case 'event-put':
        this.#arrived = true;
        if (activity.kind === 'event-put' && activity.source === 'tributary') {
          const detail = activity.event.detail as Record<string, unknown>;
          this.events.push({ type: activity.detailType, step: String(detail.step), detail });
        }
        break;
      case 'rule-matched':
        this.#fired.push(activity.rule);
        this.#underWay += activity.targets.length;
        break;
      case 'function-completed':
        this.#underWay--;
        break;
      case 'function-gave-up':
        this.#underWay--;
        this.faults.push(`${activity.function} gave up: ${activity.condition}`);
        break;
      case 'dead-lettered':
        this.#underWay--;
        this.faults.push(`an event was not delivered: ${activity.errorCode} ${activity.error}`);
        break;
      case 'function-failed':
        this.faults.push(`${activity.function} failed: ${activity.errorType}: ${activity.error}`);
        break;
      default:
    }
  }

  /** Resolves when the file's way has ended; `steps` are those that it is to start at least. */
  async ended(steps: number): Promise<void> {
    const begun = Date.now();
    const atRest = () =>
      this.#arrived &&
      this.#underWay <= 0 &&
      Date.now() - this.#changedAt > (this.#fired.length < steps ? 5 : 1) * quietMs;
    while (!atRest()) {
      if (Date.now() - begun > longestMs) {
        this.faults.push(`it did not come to an end within ${longestMs / 1000} s`);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
