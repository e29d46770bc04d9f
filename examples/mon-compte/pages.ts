/** The pages, in French, without a script. They are given claims and words, never a token. */
import type { DemoMessage } from './demo-messages.ts';
import { type Html, html } from './html.ts';
import type { Tokens, Userinfo } from './relying-party.ts';

const LABELS: Record<string, string> = {
  sub: 'Identifiant technique',
  name: 'Nom complet',
  given_name: 'Prénoms',
  family_name: 'Nom de naissance',
  birthdate: 'Date de naissance',
  gender: 'Sexe',
  birthplace: 'Commune de naissance (code Insee)',
  birthcountry: 'Pays de naissance (code Insee)',
  identifier_type: 'Type d’identifiant',
  identity_verified: 'Identité vérifiée',
  acr: 'Niveau d’authentification',
  amr: 'Moyens d’authentification',
  auth_time: 'Authentification le',
};

export function welcomePage(demo: boolean): Html {
  return layout(
    'Mon Compte',
    html`<p>Vos droits, vos paiements et vos démarches, au même endroit.</p>
${signInActions('Se connecter')}
${demo ? html`<p><a href="/messages">Messages de la démonstration (SMS et mails)</a></p>` : undefined}`,
  );
}

/** What would have reached telephones and mail boxes. */
export function demoMessagesPage(messages: readonly DemoMessage[]): Html {
  return layout(
    'Messages de la démonstration',
    html`<p>Ces messages n’ont quitté cette machine pour personne. Rechargez la page pour voir les plus récents.</p>
${messages.length === 0 ? html`<p>Aucun message pour l’instant.</p>` : undefined}
${messages.map(({ kind, to, text, sentAt }) => html`<article><h2>${kind === 'sms' ? 'SMS' : 'Mail'} à ${to}</h2><p>${text}</p><p><small>${sentAt}</small></p></article>`)}
<p><a href="/">Revenir à l’accueil</a></p>`,
  );
}

export function accountPage(userinfo: Userinfo, tokens: Tokens, notice?: string): Html {
  const { acr, amr, auth_time } = tokens.idTokenClaims;
  const name = [userinfo.given_name, userinfo.family_name].filter(Boolean).join(' ');
  return layout(
    `Bonjour ${name}`.trim(),
    html`${notice && html`<p class="notice" role="status">${notice}</p>`}
${table('Ce que le service d’identité nous a transmis', userinfo)}
${table('Votre authentification', { acr, amr, auth_time })}
<div class="actions">
<form method="post" action="/refresh"><button class="second">Rafraîchir les jetons</button></form>
<form method="post" action="/logout"><button>Se déconnecter</button></form>
</div>`,
  );
}

/** Something ended otherwise than hoped: why, and the way to try again. */
export function messagePage(title: string, explanation: string): Html {
  return layout(title, html`<p>${explanation}</p>${signInActions('Réessayer')}`);
}

export function notFoundPage(): Html {
  return layout('Page introuvable', html`<p><a href="/">Revenir à l’accueil</a></p>`);
}

function signInActions(label: string): Html {
  return html`<p><a class="button" href="/sign-in">${label}</a></p>
<p><a href="/sign-in?login_hint=provisional">Se connecter avec un identifiant provisoire</a></p>`;
}

function table(caption: string, claims: Record<string, unknown>): Html {
  const rows = Object.entries(claims)
    .filter(([, value]) => value !== undefined)
    .map(
      ([claim, value]) => html`<tr>
<th scope="row">${LABELS[claim] ?? claim} <code>${claim}</code></th>
<td>${words(claim, value)}</td>
</tr>`,
    );
  return html`<table>
<caption>${caption}</caption>
<tbody>
${rows}
</tbody>
</table>`;
}

function words(claim: string, value: unknown): string {
  if (value === '') return '–';
  if (value === true) return 'oui';
  if (value === false) return 'non';
  if (claim === 'auth_time')
    return new Date(Number(value) * 1000).toLocaleString('fr-FR', { timeZone: 'Europe/Paris' });
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function layout(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title === 'Mon Compte' ? title : `${title} – Mon Compte`}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><a href="/">Mon Compte</a> <span>Démonstration</span></header>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
}
