import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/schema.js';
import type { AdoptionFolders } from '../../pull/name-files.js';
import { listBaseFolders, matchPathGlob, parsePathGlob } from '../../source/match-path-glob.js';
import { DEFAULT_FILE_GLOBS } from '../../source/read-files.js';

/** Where new files go: below the folder that the patterns of the configuration begin with. */
export function chooseAdoptionFolders(
  root: string,
  { files = {} }: Pick<Config, 'files'>,
): { folders: AdoptionFolders; existing: string[]; isSourceFile: (path: string) => boolean } {
  const catalogGlobs = [files.catalog ?? DEFAULT_FILE_GLOBS.catalog].flat();
  const journeyGlobs = [files.journeys ?? DEFAULT_FILE_GLOBS.journeys].flat();
  const catalog = chooseBase(catalogGlobs, 'catalog');
  const folders: AdoptionFolders = {
    tag: `${catalog}/tags`,
    product: `${catalog}/products`,
    add_on: `${catalog}/add-ons`,
    offer: `${catalog}/offers`,
    page: `${catalog}/pages`,
    promo_code: `${catalog}/promo-codes`,
    journey: chooseBase(journeyGlobs, 'journeys'),
  };
  const globs = [...catalogGlobs, ...journeyGlobs].map(parsePathGlob);
  return {
    folders,
    existing: Object.values(folders).flatMap((folder) => listFolder(root, folder)),
    isSourceFile: (path) => globs.some((glob) => matchPathGlob(glob, path)),
  };
}

function chooseBase([pattern = '']: readonly string[], otherwise: string): string {
  return listBaseFolders(parsePathGlob(pattern))[0] || otherwise;
}

function listFolder(root: string, folder: string): string[] {
  const absolute = join(root, folder);
  return existsSync(absolute) ? readdirSync(absolute).map((name) => `${folder}/${name}`) : [];
}
