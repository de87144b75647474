import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeLargePlan } from '../../bench/large-plan.mjs';
import type { Change, Plan } from '../../src/model/plan.js';
import { renderPlanHtml } from '../../src/render/plan/html.js';
import { makeHostilePlan } from '../support/hostile-plan.js';
import { HOSTILE_STRINGS } from '../support/hostile-strings.js';
import { RICH_PLAN } from '../support/rich-plan.js';

const CHROMIUM = '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** To look at the pictures: KEEP_SCREENSHOTS=1 npx vitest run test/browser */
const KEEPS_PICTURES = Boolean(process.env['KEEP_SCREENSHOTS']);
const isMissing = !existsSync(CHROMIUM);

/** Presses Tab until the element has the focus, as one without a mouse must. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
  }
  throw new Error(`the keyboard does not reach ${selector}`);
}

const countOf = (page: Page): Promise<string | null> => page.locator('#count').textContent();
const shownNames = (page: Page): Promise<string[]> => page.locator('.change:visible .name').allTextContents();

/** Milliseconds from an input to the next painted frame: the best of three, since other tests run beside this one. */
async function timeInput(page: Page, action: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    times.push(
      await page.evaluate<number>(`new Promise((resolve) => {
      const start = performance.now();
      ${action};
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
    })`),
    );
  }
  return Math.min(...times);
}

function typeIn(words: string): string {
  return `{ const search = document.getElementById('search'); search.value = ${JSON.stringify(words)}; search.dispatchEvent(new Event('input')); }`;
}

describe.skipIf(isMissing)(
  `the report in Chromium${isMissing ? ` (skipped: there is no ${CHROMIUM}; node scripts/ensure-chromium.mjs installs it)` : ''}`,
  () => {
    let folder: string;
    let browser: Browser;
    const contexts: BrowserContext[] = [];

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'limio-report-'));
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
    });
    afterEach(async () => {
      await Promise.all(contexts.splice(0).map((context) => context.close()));
    });
    afterAll(async () => {
      await browser.close();
      if (KEEPS_PICTURES) process.stderr.write(`Screenshots: ${folder}\n`);
      else rmSync(folder, { recursive: true });
    });

    interface Opened {
      page: Page;
      /** Requests other than the file itself, messages on the console, errors and dialogs. */
      noise: string[];
    }

    async function open(plan: Plan, options: BrowserContextOptions = {}): Promise<Opened> {
      const file = join(folder, `${contexts.length}-${plan.changes.length}.html`);
      writeFileSync(file, renderPlanHtml(plan));
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      contexts.push(context);
      const page = await context.newPage();
      const noise: string[] = [];
      page.on('request', (request) => {
        if (request.url().split('#')[0] !== `file://${file}`) noise.push(`request ${request.url().slice(0, 200)}`);
      });
      page.on('console', (message) => noise.push(`console ${message.text()}`));
      page.on('pageerror', (error) => noise.push(`error ${error.message}`));
      page.on('dialog', (dialog) => {
        noise.push(`dialog ${dialog.message()}`);
        void dialog.dismiss();
      });
      await page.goto(`file://${file}`);
      return { page, noise };
    }

    async function takePicture(page: Page, name: string): Promise<void> {
      if (KEEPS_PICTURES) await page.screenshot({ path: join(folder, `${name.replaceAll(' ', '-')}.png`) });
    }

    test('asks the network for nothing and complains of nothing', async () => {
      const { page, noise } = await open(RICH_PLAN);
      await page.waitForLoadState('load');
      expect(await page.title()).toBe(
        'Plan for production: 2 to create, 5 to update, 2 to delete, 4 of them withheld, 31 unchanged',
      );
      expect(await countOf(page)).toBe('9 changes');
      expect(noise).toEqual([]);
    });

    test('searches by keyboard, in names, fields, values and files, and clears with Escape', async () => {
      const { page } = await open(RICH_PLAN);
      expect(await page.getByRole('searchbox', { name: 'Search' }).count()).toBe(1);
      await tabTo(page, '#search');
      await page.keyboard.type('ARCHIVE yaml:1');
      expect(await shownNames(page)).toEqual(['/products/Digital', '/add_ons/Archive']);
      expect(await countOf(page)).toBe('2 of 9 changes');
      expect(await page.locator('.group:visible').count()).toBe(2);
      await page.keyboard.press('Escape');
      expect(await countOf(page)).toBe('9 changes');
      await page.keyboard.type('nothing at all');
      expect(await page.locator('#none').isVisible()).toBe(true);
    });

    test('filters by kind, action and guard with the space bar', async () => {
      const { page } = await open(RICH_PLAN);
      await tabTo(page, 'input[value="journey"]');
      await page.keyboard.press('Space');
      expect(await shownNames(page)).toEqual(['web-geo-landing', 'web-home', 'web-old-test']);
      await tabTo(page, 'input[value="delete"]');
      await page.keyboard.press('Space');
      expect(await shownNames(page)).toEqual(['web-old-test']);
      await tabTo(page, '#clear');
      await page.keyboard.press('Enter');
      expect(await countOf(page)).toBe('9 changes');
      await tabTo(page, 'input[data-facet="guards"][value="1"]');
      await page.keyboard.press('Space');
      expect(await shownNames(page)).toEqual(['/offers2/Digital Annual', '/offers2/Digital Monthly']);
    });

    test('opens and closes changes, and leads from a guard to what it stops even through a filter', async () => {
      const { page } = await open(RICH_PLAN);
      await page.locator('#close').press('Enter');
      expect(await page.locator('.change details[open]').count()).toBe(0);
      await page.locator('input[value="product"]').press('Space');
      await page.locator('a', { hasText: 'promo_code:OLD5' }).press('Enter');
      await page.waitForFunction('document.activeElement.localName === "summary"');
      expect(await page.evaluate('document.activeElement.textContent')).toContain('OLD5');
      expect(await page.locator('.change details[open]').count()).toBe(1);
      expect(await countOf(page)).toBe('9 changes');
      await page.keyboard.press('Enter');
      expect(await page.locator('.change details[open]').count()).toBe(0);
    });

    test('folds the changes of one line of a template, and unfolds them by hand, by a search and by a link', async () => {
      const changes = Array.from({ length: 38 }, (_, i): Change => ({
        address: `offer:/offers2/Digital ${i}`,
        kind: 'offer',
        action: 'update',
        reason: 'cta_text__limio differs',
        fields: [
          {
            path: '/attributes/cta_text__limio',
            before: 'Buy',
            after: 'Subscribe',
            show: 'value',
            source: { file: 'catalog/digital.yaml', line: 4, col: 20 },
          },
        ],
        patch: [],
        dependsOn: [],
        risk: 'low',
      }));
      const { page, noise } = await open({ ...RICH_PLAN, changes, impact: { prices: [], usedBy: [] }, guards: [] });
      const fold = page.locator('.batch > details');
      const isOpen = async (): Promise<boolean> => (await fold.getAttribute('open')) !== null;
      expect(await page.locator('.batch h4').textContent()).toContain('38 offers by catalog/digital.yaml:4');
      expect(await page.locator('.batch .common').textContent()).toContain('Subscribe');
      expect(await shownNames(page)).toEqual([]);
      await page.locator('.batch > details > summary').press('Enter');
      expect(await shownNames(page)).toHaveLength(38);
      await page.locator('.batch > details > summary').press('Enter');
      await page.locator('#search').fill('digital 17');
      expect(await shownNames(page)).toEqual(['/offers2/Digital 17']);
      expect(await countOf(page)).toBe('1 of 38 changes');
      await page.locator('#search').fill('');
      expect(await isOpen()).toBe(false);
      await page.evaluate(`location.hash = '#c20'`);
      await page.waitForFunction('document.activeElement.localName === "summary"');
      expect(await page.evaluate('document.activeElement.textContent')).toContain('/offers2/Digital 20');
      await page.locator('#close').press('Enter');
      expect(await isOpen()).toBe(false);
      await page.locator('#open').press('Enter');
      expect(await page.locator('.change details[open]').count()).toBe(38);
      expect(noise).toEqual([]);
    });

    test('shows texts side by side, prices old and new, and journeys as pictures', async () => {
      const { page } = await open(RICH_PLAN);
      const row = page.locator('tr', { hasText: 'offer_features__limio' });
      const [before, after] = [
        await row.locator('td').nth(0).boundingBox(),
        await row.locator('td').nth(1).boundingBox(),
      ];
      expect(before?.y).toBe(after?.y);
      expect(after?.x).toBeGreaterThan((before?.x ?? 0) + (before?.width ?? 0) - 1);
      expect(await row.locator('del').allTextContents()).toEqual(['all', 'Ten years of the archive']);
      expect(await row.locator('ins').allTextContents()).toEqual(['five', 'The whole archive, from 1887']);
      expect(await page.locator('.prices tbody tr').first().locator('td').allTextContents()).toEqual([
        '9.99',
        '12.99',
        '+30.0 %',
        'on 1 offer; on 3 published pages; used by 1 journey; 1 active promo code applies',
      ]);
      const pictures = page.locator('#c6 svg');
      expect(await pictures.count()).toBe(2);
      expect(await pictures.nth(1).getAttribute('aria-label')).toContain(
        '2. country US: /us/landing/ 60 %, /us/offer/ 40 % (changed)',
      );
      const boxes = await page.locator('#c6 svg g.box').count();
      expect(boxes).toBe(7 + 10);
    });

    test('is dark where the reader wants it dark', async () => {
      const background = 'getComputedStyle(document.body).backgroundColor';
      const light = await open(RICH_PLAN, { colorScheme: 'light' });
      const dark = await open(RICH_PLAN, { colorScheme: 'dark' });
      expect(await light.page.evaluate(background)).toBe('rgb(246, 247, 249)');
      expect(await dark.page.evaluate(background)).toBe('rgb(16, 20, 27)');
    });

    test.each([
      ['light', { colorScheme: 'light' as const }],
      ['dark', { colorScheme: 'dark' as const }],
      ['narrow', { viewport: { width: 360, height: 800 } }],
      ['narrow and dark', { viewport: { width: 360, height: 800 }, colorScheme: 'dark' as const }],
    ])('has no violation that axe knows of: %s', async (name, options) => {
      const { page } = await open(RICH_PLAN, options);
      await page.locator('#unmanaged summary').first().press('Enter');
      await page.locator('input[value="offer"]').press('Space');
      await page.locator('input[value="journey"]').press('Space');
      await page.evaluate(AXE);
      const violations = await page.evaluate<string[]>(
        'axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ": " + node.failureSummary + " " + node.html.slice(0, 200))))',
      );
      expect(violations).toEqual([]);
      await takePicture(page, name);
    });

    test('is no wider than a narrow screen', async () => {
      const { page } = await open(RICH_PLAN, { viewport: { width: 360, height: 800 } });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    });

    test('can be read without a script', async () => {
      const { page, noise } = await open(RICH_PLAN, { javaScriptEnabled: false });
      expect(await page.locator('.change:visible').count()).toBe(9);
      expect(await page.locator('#filters').isVisible()).toBe(false);
      expect(await page.getByText('Search and filters need JavaScript').isVisible()).toBe(true);
      expect(noise).toEqual([]);
    });

    test('runs no script and fetches nothing but its own, by policy', async () => {
      const { page, noise } = await open(RICH_PLAN);
      const failures: (string | undefined)[] = [];
      page.on('requestfailed', (request) => failures.push(request.failure()?.errorText));
      const outcome = await page.evaluate<string>(`new Promise((resolve) => {
      const image = new Image();
      image.onerror = () => resolve(String(window.pwned));
      const attempts = [
        () => { const button = document.createElement('button'); document.body.append(button); button.setAttribute('onclick', 'window.pwned = 1'); button.click(); },
        () => { const script = document.createElement('script'); script.append('window.pwned = 2'); document.body.append(script); },
        () => { document.body.innerHTML += '<img src=x onerror="window.pwned = 3">'; },
      ];
      for (const attempt of attempts) try { attempt(); } catch {}
      image.src = 'https://evil.example/x.png';
    })`);
      expect(outcome).toBe('undefined');
      expect(failures).toEqual(['csp']);
      expect(
        noise.filter((line) => line.includes('Content Security Policy') || line.includes('Trusted')).length,
      ).toBeGreaterThan(1);
    });

    test('is not scripted by any of the hostile names', async () => {
      const plans = HOSTILE_STRINGS.filter((text) => text.length < 10_000).map(makeHostilePlan);
      const hostile: Plan = {
        ...makeHostilePlan('</script><script>alert(1)</script><img src=x onerror=alert(1)>'),
        changes: plans.flatMap(({ changes }) => changes),
        guards: plans.flatMap(({ guards }) => guards),
        warnings: plans.flatMap(({ warnings }) => warnings),
        impact: { prices: plans.flatMap(({ impact }) => impact.prices), usedBy: [] },
      };
      const { page, noise } = await open(hostile);
      await page.locator('#open').press('Enter');
      await page.locator('#search').fill('<script>');
      expect(await page.locator('.change:visible').count()).toBeGreaterThan(10);
      expect(noise).toEqual([]);
      expect(await page.locator('script').count()).toBe(1);
      expect(
        await page
          .locator('img, iframe, object, embed, link, base, form, [onclick], [onerror], [onload], [style]')
          .count(),
      ).toBe(0);
    });

    test('answers within a second with 5,000 changes', async () => {
      const { page, noise } = await open(makeLargePlan(5_000));
      expect(await countOf(page)).toBe('5,000 changes');
      expect(await timeInput(page, typeIn('offer 0012'))).toBeLessThan(1_000);
      expect(await countOf(page)).toMatch(/^\d+ of 5,000 changes$/);
      expect(await timeInput(page, typeIn('five of your devices'))).toBeLessThan(1_000);
      expect(await timeInput(page, typeIn(''))).toBeLessThan(1_000);
      expect(await timeInput(page, `document.querySelector('input[value="journey"]').click()`)).toBeLessThan(1_000);
      expect(await countOf(page)).toBe('500 of 5,000 changes');
      expect(await timeInput(page, `document.getElementById('open').click()`)).toBeLessThan(1_000);
      expect(await page.locator('.change:visible').first().locator('svg').first().isVisible()).toBe(true);
      await takePicture(page, 'large');
      expect(noise).toEqual([]);
    }, 120_000);
  },
);
