/** How single arguments are read, each with what is wrong when it cannot be. */
import { InvalidArgumentError } from 'commander';

export function httpUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new InvalidArgumentError('It must be an http:// or https:// URL.');
  }
  return text;
}

export function natsUrl(text: string): string {
  if (!/^(nats|tls):\/\/\S+$/.test(text)) throw new InvalidArgumentError('It must be a nats:// or tls:// URL.');
  return text;
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

export function count(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError('It must be a whole number above 0.');
  return number;
}

export function positiveNumber(text: string): number {
  const number = Number(text);
  if (!(number > 0 && Number.isFinite(number))) throw new InvalidArgumentError('It must be a number above 0.');
  return number;
}

export function collectFilter(text: string, filters: Readonly<Record<string, string>>): Record<string, string> {
  const [field, ...value] = text.split('=');
  if (!field || value.length === 0) throw new InvalidArgumentError('It must be field=value.');
  return { ...filters, [field]: value.join('=') };
}

export function price(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number >= 0 && Number.isFinite(number))) {
    throw new InvalidArgumentError('It must be a price in USD, 0 or above.');
  }
  return number;
}
