/** How text is marked. Decided once by the command; renderers only call it. */
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

const ANSI_STYLE: Style = {
  colour: true,
  added: (text) => `\u001B[32m${text}\u001B[39m`,
  removed: (text) => `\u001B[31m${text}\u001B[39m`,
  changed: (text) => `\u001B[33m${text}\u001B[39m`,
  bold: (text) => `\u001B[1m${text}\u001B[22m`,
  dim: (text) => `\u001B[2m${text}\u001B[22m`,
};

export function chooseStyle(colour: boolean): Style {
  return colour ? ANSI_STYLE : PLAIN_STYLE;
}
