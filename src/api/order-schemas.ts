/*
 * The bodies of the order calls, written from Limio's OpenAPI document (sections 8 and 9). Keys that are not listed
 * are allowed, as there.
 */

export type Shape =
  | { type: 'text'; format?: 'date-time' | 'email'; values?: readonly string[] }
  | { type: 'number'; least?: number; whole?: true }
  | { type: 'boolean'; values?: readonly boolean[] }
  | { type: 'list'; of: Shape; least?: number }
  | ObjectShape;

export interface ObjectShape {
  type: 'object';
  keys: Readonly<Record<string, Shape>>;
  required: readonly string[];
  /** At least one of these keys. */
  oneOf?: readonly string[];
}

/** A type of order; three of them are called `new`. */
export interface OrderSchema {
  title: string;
  orderType: string;
  shape: ObjectShape;
}

const text: Shape = { type: 'text' };
const dateTime: Shape = { type: 'text', format: 'date-time' };
const boolean: Shape = { type: 'boolean' };
const number: Shape = { type: 'number' };

function oneOf(...values: string[]): Shape {
  return { type: 'text', values };
}

/** Required keys end in `*`. */
function object(keys: Record<string, Shape>): ObjectShape {
  const plain = Object.entries(keys).map(([key, shape]): [string, Shape] => [key.replace(/\*$/, ''), shape]);
  const required = Object.keys(keys).flatMap((key) => (key.endsWith('*') ? [key.slice(0, -1)] : []));
  return { type: 'object', keys: Object.fromEntries(plain), required };
}

function texts(...keys: string[]): ObjectShape {
  return object(Object.fromEntries(keys.map((key) => [key, text])));
}

function listOf(of: Shape): Shape {
  return { type: 'list', of, least: 1 };
}

const address = texts(
  'firstName',
  'lastName',
  'email',
  'workEmail',
  'phone',
  'workPhone',
  'otherPhone',
  'company',
  'address1',
  'address2',
  'city',
  'state',
  'postalCode',
  'country',
);

const customer = texts('firstName', 'lastName', 'phone', 'email');

const tracking = object({
  offers: { type: 'list', of: text },
  purchaseCountryCode: text,
  accountId: text,
  contactId: text,
  userId: text,
});

const offer = texts('id*', 'version*');

const orderItem = object({
  'offer*': offer,
  quantity: number,
  type: oneOf('offer', 'add_on'),
  startDate: dateTime,
});

const orderItemChange = object({
  'id*': text,
  'orderItemActionType*': oneOf('add', 'remove', 'update'),
  type: oneOf('offer', 'add_on', 'subscription_offer', 'subscription_add_on'),
  'offer*': offer,
  quantity: { type: 'number', whole: true, least: 1 },
});

const subscription: ObjectShape = { ...texts('id', 'name'), oneOf: ['id', 'name'] };

const zuoraPayment = object({ type: oneOf('zuora'), zuora: texts('refId', 'paymentGateway') });

const orderDiscount = object({
  name: text,
  productDetails: object({ ratePlan: texts('path'), product: texts('path') }),
  product: object({ path: text }),
  discountOverrides: object({
    discountType: text,
    durationLength: number,
    durationType: text,
    percentageDiscount: number,
    amountDiscount: number,
    currency: text,
    orderItemsWithSpecifiedDiscount: object({ discountedOffers: { type: 'list', of: object({}) } }),
  }),
});

const recipient = object({
  startNow: boolean,
  startDate: dateTime,
  firstName: text,
  lastName: text,
  sendEmail: boolean,
  message: text,
  'email*': { type: 'text', format: 'email' },
});

/** Keys of every order. */
const common = { external_id: text, initiated_source: text, source: text, process_immediately: boolean };

const newOrder = {
  'orderItems*': listOf(orderItem),
  orderDiscount,
  'billingDetails*': address,
  deliveryDetails: address,
  'customerDetails*': customer,
  tracking,
  'payment*': zuoraPayment,
  orderDate: dateTime,
  'checkoutId*': text,
  'country*': text,
};

function order(title: string, orderType: string, keys: Record<string, Shape>): OrderSchema {
  return { title, orderType, shape: object({ ...common, 'order_type*': oneOf(orderType), ...keys }) };
}

/** The three forms of `new`. */
export const NEW_ORDERS = {
  subscription: order('Create Subscription', 'new', newOrder),
  gift: order('Create Gift Subscription', 'new', {
    ...newOrder,
    isRedeem: boolean,
    'recipientDetails*': recipient,
    'isGift*': { type: 'boolean', values: [true] },
    'variant*': oneOf('gift'),
  }),
  redeem: order('Redeem Gift Subscription', 'new', {
    'orderItems*': listOf(orderItem),
    deliveryDetails: address,
    'customerDetails*': customer,
    orderDate: dateTime,
    'giftCode*': text,
    'payment*': object({ 'type*': oneOf('gift_code'), gift_code: text }),
    tracking: texts('accountId', 'contactId'),
    sourceDetails: texts('instance'),
    'checkoutId*': text,
    'country*': text,
    'recipientDetails*': recipient,
    hasDelivery: boolean,
  }),
};

export const OTHER_ORDERS: readonly OrderSchema[] = [
  order('Change Offer', 'change_offer', {
    'forSubscription*': subscription,
    'offer*': offer,
    effectiveDate: dateTime,
    payment: zuoraPayment,
    billingDetails: address,
    deliveryDetails: address,
  }),
  order('Add Offer', 'add_offer', {
    'forSubscription*': subscription,
    'offer*': offer,
    effectiveDate: dateTime,
  }),
  order('Cancel Subscription', 'cancel_subscription', {
    'forSubscription*': subscription,
    effectiveDate: dateTime,
    payment: zuoraPayment,
    data: object({ reason: texts('id*') }),
  }),
  order('Update Subscription', 'update_subscription', {
    owner: text,
    'forSubscription*': subscription,
    forSubscriptionOffer: texts('offerId'),
    'orderItems*': listOf(orderItemChange),
    effectiveDate: dateTime,
  }),
  order('Change Address', 'change_address', {
    'forSubscription*': subscription,
    'type*': oneOf('billing', 'delivery', 'all'),
    'address*': address,
  }),
  order('Update Customer Details', 'update_customer_details', {
    'forSubscription*': subscription,
    'customerDetails*': customer,
  }),
  order('Change Default Zuora Payment Method', 'change_default_payment', {
    'customerId*': text,
    'newDefaultPaymentId*': text,
  }),
  order('Delete Payment Method', 'delete_payment_method', { 'customerId*': text, 'paymentMethodId*': text }),
];

export const ORDER_TYPES: readonly string[] = ['new', ...OTHER_ORDERS.map(({ orderType }) => orderType)];

/** What a preview of a new order requires: nobody buys yet, but the address decides the taxes. */
export const PREVIEW_REQUIRED: readonly string[] = ['order_type', 'orderItems', 'billingDetails'];

/** Admin orders may name the partner they are for. */
export const PARTNER: ObjectShape = texts('id*');

export const CHECKOUT: ObjectShape = object({
  'order*': object({
    'orderItems*': listOf(orderItem),
    'external_id*': text,
    tracking,
    'country*': text,
    'source*': text,
    'order_type*': oneOf('new', 'renew'),
  }),
});
