import { chooseStyle, type Style } from '../../render/terminal.js';
import type { CliIo, CliStream, CommonOptions } from '../cli-io.js';
import { chooseColour } from './choose-colour.js';

/** How a plan is laid out on a stream: in colour and to the width of the terminal, where it is one. */
export function chooseTextOptions(
  stream: CliStream,
  io: CliIo,
  options: CommonOptions,
): { style: Style; width?: number } {
  const style = chooseStyle(chooseColour(stream, io.env, options.color));
  return stream.isTTY === true && stream.columns !== undefined ? { style, width: stream.columns } : { style };
}
