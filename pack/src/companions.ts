import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const taken = /^(readme\.md|changelog\.md|licen[cs]e(\.(md|txt))?|notice(\.(md|txt))?|icon\.(png|svg))$/i;
const screenshot = /\.(png|jpe?g|webp)$/i;

/** What travels beside manifest and code when it lies at the root of the plugin, by path. */
export function companions(directory: string): string[] {
  const isFile = (path: string) => lstatSync(join(directory, path)).isFile(); // no links: they may lead anywhere
  const shots = join(directory, 'screenshots');
  return [
    ...readdirSync(directory).filter((name) => taken.test(name) && isFile(name)),
    ...(existsSync(shots) && lstatSync(shots).isDirectory()
      ? readdirSync(shots)
          .filter((name) => screenshot.test(name))
          .map((name) => `screenshots/${name}`)
          .filter(isFile)
      : []),
  ];
}
