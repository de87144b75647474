/** Each currency (ISO 4217) with the countries (ISO 3166) that pay with it. Some countries have two. */
const TABLE = `
  AED AE; AFN AF; ALL AL; AMD AM; AOA AO; ARS AR; AUD AU CC CX HM KI NF NR TV; AWG AW; AZN AZ; BAM BA; BBD BB;
  BDT BD; BGN BG; BHD BH; BIF BI; BMD BM; BND BN; BOB BO; BRL BR; BSD BS; BTN BT; BWP BW; BYN BY; BZD BZ;
  CAD CA; CDF CD; CHF CH LI; CLP CL; CNY CN; COP CO; CRC CR; CUP CU; CVE CV; CZK CZ; DJF DJ; DKK DK FO GL;
  DOP DO; DZD DZ; EGP EG; ERN ER; ETB ET;
  EUR AD AT AX BE BG BL CY DE EE ES FI FR GF GP GR HR IE IT LT LU LV MC ME MF MQ MT NL PM PT RE SI SK SM TF VA XK YT;
  FJD FJ; FKP FK; GBP FK GB GG GI GS IM IO JE SH; GEL GE; GHS GH; GIP GI; GMD GM; GNF GN; GTQ GT; GYD GY;
  HKD HK; HNL HN; HTG HT; HUF HU; IDR ID; ILS IL PS; INR BT IN; IQD IQ; IRR IR; ISK IS; JMD JM; JOD JO PS;
  JPY JP; KES KE; KGS KG; KHR KH; KMF KM; KPW KP; KRW KR; KWD KW; KYD KY; KZT KZ; LAK LA; LBP LB; LKR LK;
  LRD LR; LSL LS; LYD LY; MAD EH MA; MDL MD; MGA MG; MKD MK; MMK MM; MNT MN; MOP MO; MRU MR; MUR MU; MVR MV;
  MWK MW; MXN MX; MYR MY; MZN MZ; NAD NA; NGN NG; NIO NI; NOK BV NO SJ; NPR NP; NZD CK NU NZ PN TK; OMR OM;
  PAB PA; PEN PE; PGK PG; PHP PH; PKR PK; PLN PL; PYG PY; QAR QA; RON RO; RSD RS; RUB RU; RWF RW; SAR SA;
  SBD SB; SCR SC; SDG SD; SEK SE; SGD SG; SHP SH; SLE SL; SOS SO; SRD SR; SSP SS; STN ST; SVC SV; SYP SY;
  SZL SZ; THB TH; TJS TJ; TMT TM; TND TN; TOP TO; TRY TR; TTD TT; TWD TW; TZS TZ; UAH UA; UGX UG;
  USD AS BQ EC FM GU HT IO KH LB LR MH MP PA PR PW SV TC TL UM US VG VI ZW; UYU UY; UZS UZ; VES VE; VND VN;
  VUV VU; WST WS; XAF CF CG CM GA GQ TD; XCD AG AI DM GD KN LC MS VC; XCG CW SX; XOF BF BJ CI GW ML NE SN TG;
  XPF NC PF WF; YER YE; ZAR LS NA SZ ZA; ZMW ZM; ZWG ZW
`;

const COUNTRIES_OF: ReadonlyMap<string, readonly string[]> = new Map(
  TABLE.trim()
    .split(/;\s*/)
    .map((row) => row.split(' '))
    .map(([currency = '', ...countries]) => [currency, countries]),
);

/** Every currency of the table. */
export const CURRENCIES: readonly string[] = [...COUNTRIES_OF.keys()];

const BY_COUNTRY: ReadonlyMap<string, ReadonlySet<string>> = indexCountries();

/** The currencies used in a country; undefined if unknown. */
export function findHomeCurrencies(country: string): ReadonlySet<string> | undefined {
  return BY_COUNTRY.get(country);
}

function indexCountries(): Map<string, Set<string>> {
  const index = new Map<string, Set<string>>();
  for (const [currency, countries] of COUNTRIES_OF) {
    for (const country of countries) index.set(country, (index.get(country) ?? new Set()).add(currency));
  }
  return index;
}

const DOLLARS =
  'USD AUD CAD NZD SGD HKD MXN TWD BRL ARS CLP COP BBD BMD BND BSD BZD FJD GYD JMD KYD LRD NAD SBD SRD TTD UYU XCD';

/** Possible currencies of a sign. Signs made of letters must be whole words. */
export const CURRENCY_SIGNS: ReadonlyMap<string, readonly string[]> = new Map([
  ['US$', ['USD']],
  ['AU$', ['AUD']],
  ['CA$', ['CAD']],
  ['NZ$', ['NZD']],
  ['HK$', ['HKD']],
  ['MX$', ['MXN']],
  ['NT$', ['TWD']],
  ['A$', ['AUD']],
  ['C$', ['CAD', 'NIO']],
  ['S$', ['SGD']],
  ['R$', ['BRL']],
  ['$', DOLLARS.split(' ')],
  ['£', ['GBP', 'GIP', 'FKP', 'SHP', 'EGP', 'LBP', 'SYP', 'SDG', 'SSP']],
  ['€', ['EUR']],
  ['¥', ['JPY', 'CNY']],
  ['₹', ['INR']],
  ['₩', ['KRW', 'KPW']],
  ['₺', ['TRY']],
  ['₽', ['RUB']],
  ['₪', ['ILS']],
  ['฿', ['THB']],
  ['₫', ['VND']],
  ['₱', ['PHP', 'CUP']],
  ['₴', ['UAH']],
  ['₦', ['NGN']],
  ['kr', ['SEK', 'NOK', 'DKK', 'ISK']],
  ['Kč', ['CZK']],
  ['zł', ['PLN']],
  ['Ft', ['HUF']],
  ['lei', ['RON', 'MDL']],
  ['лв', ['BGN']],
  ['SFr', ['CHF']],
  ['Fr', ['CHF']],
  ['Franken', ['CHF']],
  ['Euro', ['EUR']],
  ['Euros', ['EUR']],
  ['euro', ['EUR']],
  ['euros', ['EUR']],
  ['Rs', ['INR', 'PKR', 'LKR', 'NPR', 'MUR', 'SCR']],
  ['円', ['JPY']],
  ['元', ['CNY', 'TWD']],
  ['원', ['KRW']],
  ['RM', ['MYR']],
  ['Rp', ['IDR']],
]);
