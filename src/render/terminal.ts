import { styleText } from 'node:util';

/** The colours of a terminal. A command decides once whether there are any; renderers only call it. */
export interface Style {
  colour: boolean;
  added: (text: string) => string;
  removed: (text: string) => string;
  changed: (text: string) => string;
  bold: (text: string) => string;
  dim: (text: string) => string;
}

export const PLAIN_STYLE: Style = {
  colour: false,
  added: (text) => text,
  removed: (text) => text,
  changed: (text) => text,
  bold: (text) => text,
  dim: (text) => text,
};

const COLOUR_STYLE: Style = {
  colour: true,
  added: paintWith('green'),
  removed: paintWith('red'),
  changed: paintWith('yellow'),
  bold: paintWith('bold'),
  dim: paintWith('dim'),
};

export function chooseStyle(colour: boolean): Style {
  return colour ? COLOUR_STYLE : PLAIN_STYLE;
}

function paintWith(format: Parameters<typeof styleText>[0]): (text: string) => string {
  // Whether the stream takes colours is already decided.
  return (text) => styleText(format, text, { validateStream: false });
}
