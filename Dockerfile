# The build: TypeScript to JavaScript. Install scripts are not needed: the native parts come prebuilt.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json tsconfig.build.migrations.json ./
COPY scripts scripts
COPY migrations migrations
COPY src src
# Not `npm run`: that would look for the development dependency `node` first.
RUN node scripts/build.ts

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production
# Small short-lived heaps and few arenas: memory after load stays near half, at no measured cost of processor time.
ENV NODE_OPTIONS=--max-semi-space-size=4 MALLOC_ARENA_MAX=2
WORKDIR /app
COPY package.json ./
COPY bin bin
RUN ln -s /app/bin/mon-compte-identity.js /usr/local/bin/mon-compte-identity
COPY config config
# The contract is read at boot.
COPY docs/openapi*.yaml docs/
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js"]
