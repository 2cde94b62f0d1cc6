import type { Delivery } from '../eventbridge/delivery.ts';
import type { Timers } from '../timers.ts';
import { describeEvent } from './event-subject.ts';
import type { Injection } from './injection.ts';

type Send<Reach> = (delivery: Delivery, reach: Reach) => Promise<void>;

/** Deliveries that come twice, hours late, or out of order. An event is still delivered at least once. */
export class DeliveryFaults<Reach> {
  readonly #send: Send<Reach>;
  readonly #injection: Injection;
  readonly #timers: Timers;
  #late: [Delivery, Reach][] = [];

  constructor(send: Send<Reach>, injection: Injection, timers: Timers) {
    this.#send = send;
    this.#injection = injection;
    this.#timers = timers;
  }

  readonly send: Send<Reach> = async (delivery, reach) => {
    const { duplicate, late, delay, delayMs } = this.#injection.plan.deliveries;
    const { rule, event } = delivery;
    const subject = `${rule} ${describeEvent(event['detail-type'], event.detail)}`;
    if (this.#injection.strikes('delay', delay, subject)) {
      await this.#timers.wait(Math.ceil(delayMs * this.#injection.draw(`delay ${subject}`)));
    }
    const twice = this.#injection.strikes('duplicate', duplicate, subject);
    const isLate = this.#injection.strikes('late', late, subject);
    if (isLate) this.#late.push([delivery, reach]);
    if (!isLate || twice) await this.#send(delivery, reach);
    if (!isLate && twice) await this.#send(delivery, reach);
  };

  /** Makes the deliveries that are late; others may become so by what they lead to. @returns how many there were */
  async deliverLate(): Promise<number> {
    const late = this.#late.splice(0);
    for (const [delivery, reach] of late) await this.#send(delivery, reach);
    return late.length;
  }
}
