import type { JsonObject } from '../../src/model/json.js';

const OFFER = { id: 'offer-id', version: 'offer-version' };

const SUBSCRIPTION = { forSubscription: { id: 'sub-1' } };

const NEW = {
  order_type: 'new',
  orderItems: [{ offer: OFFER, quantity: 1 }],
  customerDetails: { firstName: 'Anna', email: 'anna@example.com' },
  payment: { type: 'zuora', zuora: { refId: 'pm-1' } },
  country: 'GB',
  checkoutId: 'basket-1',
};

const BILLING = { billingDetails: { country: 'GB' } };

const RECIPIENT = { recipientDetails: { email: 'bea@example.com' } };

const REQUIRED_BY_NEW = ['customerDetails', 'orderItems', 'payment', 'country', 'checkoutId'];

/** An order of each schema in Limio's OpenAPI document, by its title, and what it requires beside `order_type`. */
export const ORDERS = {
  'Create Subscription': { required: [...REQUIRED_BY_NEW, 'billingDetails'], body: { ...NEW, ...BILLING } },
  'Create Gift Subscription': {
    required: [...REQUIRED_BY_NEW, 'billingDetails', 'recipientDetails', 'isGift', 'variant'],
    body: { ...NEW, ...BILLING, ...RECIPIENT, isGift: true, variant: 'gift' },
  },
  'Redeem Gift Subscription': {
    required: [...REQUIRED_BY_NEW, 'recipientDetails', 'giftCode'],
    body: { ...NEW, ...RECIPIENT, giftCode: 'G1', payment: { type: 'gift_code', gift_code: 'G1' } },
  },
  'Change Offer': {
    required: ['forSubscription', 'offer'],
    body: { order_type: 'change_offer', ...SUBSCRIPTION, offer: OFFER },
  },
  'Add Offer': {
    required: ['forSubscription', 'offer'],
    body: { order_type: 'add_offer', ...SUBSCRIPTION, offer: OFFER },
  },
  'Cancel Subscription': {
    required: ['forSubscription'],
    body: { order_type: 'cancel_subscription', ...SUBSCRIPTION },
  },
  'Update Subscription': {
    required: ['forSubscription', 'orderItems'],
    body: {
      order_type: 'update_subscription',
      ...SUBSCRIPTION,
      orderItems: [{ id: 'item-1', orderItemActionType: 'add', type: 'add_on', offer: OFFER }],
    },
  },
  'Change Address': {
    required: ['forSubscription', 'type', 'address'],
    body: { order_type: 'change_address', ...SUBSCRIPTION, type: 'billing', address: { city: 'Leeds' } },
  },
  'Update Customer Details': {
    required: ['forSubscription', 'customerDetails'],
    body: { order_type: 'update_customer_details', ...SUBSCRIPTION, customerDetails: { firstName: 'Anna' } },
  },
  'Change Default Zuora Payment Method': {
    required: ['customerId', 'newDefaultPaymentId'],
    body: { order_type: 'change_default_payment', customerId: 'cus-1', newDefaultPaymentId: 'pm-1' },
  },
  'Delete Payment Method': {
    required: ['customerId', 'paymentMethodId'],
    body: { order_type: 'delete_payment_method', customerId: 'cus-1', paymentMethodId: 'pm-1' },
  },
} satisfies Record<string, { required: string[]; body: JsonObject }>;
