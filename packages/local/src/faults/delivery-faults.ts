import type { Delivery } from '../eventbridge/delivery.ts';
import type { Timers } from '../timers.ts';
import { describeEvent } from './event-subject.ts';
import type { Injection } from './injection.ts';

/** How much later than a delay a late delivery comes. */
const lateFactor = 10;

/** Deliveries that come twice, late, or out of order. An event is still delivered at least once. */
export function withDeliveryFaults<Reach>(
  send: (delivery: Delivery, reach: Reach) => Promise<void>,
  injection: Injection,
  timers: Timers,
): (delivery: Delivery, reach: Reach) => Promise<void> {
  const { duplicate, late, delay, delayMs } = injection.plan.deliveries;
  return async (delivery, reach) => {
    const { rule, event } = delivery;
    const subject = `${rule} ${describeEvent(event['detail-type'], event.detail)}`;
    if (injection.strikes('delay', delay, subject)) {
      await timers.wait(Math.ceil(delayMs * injection.draw(`delay ${subject}`)));
    }
    await send(delivery, reach);
    if (injection.strikes('duplicate', duplicate, subject)) await send(delivery, reach);
    if (injection.strikes('late', late, subject)) {
      // A server that stops meanwhile owes nobody a second delivery.
      void timers
        .wait(delayMs * lateFactor)
        .then((waited) => (waited ? send(delivery, reach) : undefined))
        .catch(() => {});
    }
  };
}
