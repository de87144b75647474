/**
 * The environments of this repository. `limio-sync <command> --env <name>` chooses one.
 *
 * A plain object is enough. `import { defineConfig } from 'limio-sync'` and
 * `export default defineConfig({ ... })` is the same thing with completion in the editor.
 *
 * Credentials never stand here. For an environment called `prod` they come from
 * LIMIO_PROD_CLIENT_ID and LIMIO_PROD_CLIENT_SECRET, else from LIMIO_CLIENT_ID and
 * LIMIO_CLIENT_SECRET, else from a git-ignored `.limio.json` for the same tenant.
 */
export default {
  // Where the files are, when they are not where the defaults look:
  // files: { catalog: 'catalog/**/*.{yaml,yml}', journeys: 'journeys/**/*.{yaml,yml}' },
  // Files called `*.test.yaml` are tests, never resources.
  // What differs in one environment lies below `overlays/<environment>/`.

  // Who decides a field, in every environment. The search desk words the descriptions of pages in the web
  // app: plans neither compare nor send them, `pull --adopt` leaves them out, and no file may declare them.
  ownership: { app: ['page:*#/attributes/meta_description__limio'] },

  environments: {
    // The embedded tenant: `npm run demo`, or `limio-sync emulator --port 4010 --seed seed/acme-press`.
    demo: {
      // Either `url`, or `tenant` and `region`. http: is accepted for this machine only.
      url: process.env['LIMIO_DEMO_URL'] ?? 'http://127.0.0.1:4010',

      // What `${vars.shopDomain}` in the files stands for in this environment.
      vars: { shopDomain: 'acme-press-shop.prod.limio.com' },

      // What this repository owns: only objects that match are ever deleted, when no file declares
      // them, and then only with --allow-delete=<number>. Without `scope` nothing is deleted.
      scope: { journeys: ['web-*'], promo_codes: ['*'] },

      // Offers, add-ons, tags and pages that the tenant lacks are created. Experimental, and off
      // where it does not stand, as in prod: there a person creates them, from the list in the plan.
      catalog: { create: true },

      // What is uncertain about a tenant, by name. A publish is repeated until each route is live.
      // The embedded tenant builds in moments, so it need not wait 20 seconds between attempts.
      dialect: { publish: { attempts: 50, intervalMs: 100 } },
    },

    sandbox: {
      // https://acme-press-sandbox.prod.limio.com. Regions: eu, us, dev.
      tenant: 'acme-press-sandbox',
      region: 'eu',
      vars: { shopDomain: 'acme-press-sandbox-shop.prod.limio.com' },
      scope: { journeys: ['web-*'], promo_codes: ['*'] },
    },

    prod: {
      tenant: 'acme-press',
      region: 'eu',
      // A host name never tells production from a sandbox, so say it: `apply` then needs
      // --allow-protected=prod besides its other consents.
      protected: true,
      vars: { shopDomain: 'acme-press-shop.prod.limio.com' },
      // Narrower than the sandbox: the call centre makes its own codes in production.
      scope: { journeys: ['web-*'], promo_codes: ['SPRING*', 'WINTER*', 'AUTUMN*'] },
    },
  },
};
