/** What makes an amount something else than the price, standing shortly before it. */
const WORDS_BEFORE = [
  String.raw`sav(?:e|es|ing|ings)|off|discount|worth|valued?|was|were|rrp|msrp|instead|usual(?:ly)?|regular(?:ly)?|original(?:ly)?|standard (?:price|rate)|ongoing|full price|list price|compare\p{L}*|other|upgrade|switch`,
  'up to|from|start(?:s|ing)?|under|over|less than|more than|at least|between|about|around|approx|approximately|roughly|nearly|almost',
  String.raw`then|thereafter|followed|later|increas\p{L}*|ris(?:es|ing)|goes up|revert\p{L}*|continu\p{L}*|after(?:wards)?|renew\p{L}*|auto-?renew\p{L}*|plus|add|extra|another|deposit|fee|delivery|shipping|postage|p ?& ?p|\d+ for`,
  String.raw`credit|voucher|free|win|earn|bonus|reward|refund|donat\p{L}*`,
  String.raw`statt|anstatt|uvp|normal\p{L}*|regulär\p{L}*|sonst|später|\d+\. (?:monat|jahr)|in der app|spare\p{L}*|ersparnis|ab|bis zu|ca\.?|circa|etwa|rund|zwischen|im wert|danach|anschließend|zzgl\.?|zuzüglich|versand\p{L}*|porto`,
  String.raw`au lieu|économis\p{L}*|à partir|dès|jusqu\p{L}*|environ|entre|puis|ensuite|livraison|ahorr\p{L}*|desde|antes|luego|después|pvp|envío|habituel\p{L}*|plein tarif|depois`,
  String.raw`bespaar\p{L}*|vanaf|daarna|verzend\p{L}*|spar\p{L}*|från|fra|før|sedan|därefter|derefter|ordin\p{L}*|frakt|risparmi\p{L}*|invece|prezzo pieno|poi|spedizione|od|potem`,
].join('|');
const BEFORE = new RegExp(String.raw`(?<!\p{L})(?:${WORDS_BEFORE})(?!\p{L})[^.,;!?\n]{0,30}$|[+~≈][ \u00A0]?$`, 'iu');
/** What stands between the two amounts of a range. */
const RANGE_BEFORE = /(?:^|\d) ?(?:[-–—]|to|and|bis|und|à|et|tot|y|e) ?$/iu;

const WORDS_AFTER = [
  '%|off|discount|savings?|less|cheaper|worth|credit|voucher|cashback|back|refund|gift card|deposit|fee|delivery|shipping|postage|p ?& ?p|extra|more|value|thereafter|afterwards?|after|from|and (?:over|above|up)|or (?:more|less)',
  String.raw`\+|[-–—] ?\p{Sc}? ?\d|(?:to|and|bis|und|à|et|tot|y|e) ?\p{Sc} ?\d|[km](?!\p{L})|bn|million|thousand`,
  String.raw`rabatt|günstiger|sparen|gespart|versand\p{L}*|porto|de réduction|de remise|d['’]économie|de livraison|de descuento|de envío|korting|verzendkosten|rabat|frakt`,
].join('|');
const AFTER = new RegExp(String.raw`^\s*(?:${WORDS_AFTER})`, 'iu');
/** For one of something that is no stretch of time: `per issue`, `/min`. */
const OTHER_UNIT = /^[*†‡]*\s?(?:\/|(?:per|pro|par|por|je|an?|each)\s)\s?\p{L}/iu;

/**
 * Whether an amount with this before and after it is a saving, an old price, a price from or then, a
 * part of a range, and the like. `rest` begins with the `period` of the amount, if it has one.
 */
export function isSoftAmount(before: string, rest: string, period: string): boolean {
  return (
    BEFORE.test(before) ||
    RANGE_BEFORE.test(before) ||
    AFTER.test(rest) ||
    AFTER.test(rest.slice(period.length)) ||
    (period === '' && OTHER_UNIT.test(rest))
  );
}
