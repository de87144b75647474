/** Why no template follows from an element; the message is a clause. */
export class NotDerivable extends Error {}
