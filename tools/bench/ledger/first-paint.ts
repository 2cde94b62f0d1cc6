import { chromiumPath, openBrowser } from '@tributary/console/test/browser';
import { median } from '../measure.ts';

export interface Paint {
  /** Milliseconds from the navigation on. */
  firstPaint: number;
  firstRow: number;
}

/** The list of runs in a browser that has never seen it; undefined where there is no Chromium. */
export async function measurePaint(url: string, rounds: number): Promise<Paint | undefined> {
  if (chromiumPath === undefined) return undefined;
  const browser = await openBrowser();
  const paints: Paint[] = [];
  for (let round = 0; round <= rounds; round++) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto(`${url}/#/runs`);
    await page.locator('[data-row]').first().waitFor();
    const paint = await page.evaluate(() => ({
      firstPaint: performance.getEntriesByName('first-contentful-paint')[0]!.startTime,
      firstRow: performance.now(),
    }));
    if (round > 0) paints.push(paint);
    await context.close();
  }
  await browser.close();
  return {
    firstPaint: median(paints.map(({ firstPaint }) => firstPaint)),
    firstRow: median(paints.map(({ firstRow }) => firstRow)),
  };
}
