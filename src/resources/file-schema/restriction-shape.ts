import { z } from 'zod';

const environments = () => z.union([z.string(), z.array(z.string()).min(1)]).optional();

/** Keys of every document that say where it counts; they are never sent. */
export const restrictionShape = {
  only: environments().describe('The only environments that declare this resource. Left out: all.'),
  except: environments().describe('Environments that do not declare this resource.'),
};
