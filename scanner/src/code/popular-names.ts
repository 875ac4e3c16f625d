/** Packages whose names are worth imitating. Names that differ by one letter from each other stand here both. */
export const popularNames: ReadonlySet<string> = new Set(
  (
    'lodash underscore react react-dom preact vue angular svelte redux mobx axios request node-fetch superagent express koa ' +
    'fastify hapi body-parser cookie-parser cors helmet morgan multer passport jsonwebtoken bcrypt bcryptjs dotenv cross-env ' +
    'commander yargs minimist chalk colors debug winston pino bunyan log4js moment dayjs date-fns luxon uuid nanoid async ' +
    'bluebird rxjs immutable ramda webpack rollup parcel esbuild vite babel babel-core eslint prettier typescript ts-node ' +
    'jest mocha chai sinon jasmine karma cypress puppeteer playwright nodemon forever glob rimraf mkdirp fs-extra graceful-fs ' +
    'chokidar semver inquirer shelljs execa through2 readable-stream safe-buffer inherits mongoose mongodb mysql mysql2 pg ' +
    'sequelize knex redis ioredis sqlite3 socket.io socket.io-client ws ejs handlebars mustache pug nunjucks marked ' +
    'markdown-it highlight.js prismjs cheerio jsdom jquery bootstrap tailwindcss postcss autoprefixer sass less styled-components ' +
    'classnames prop-types formik zod joi yup validator ajv qs query-string js-yaml yaml json5 xml2js fast-xml-parser csv-parse ' +
    'papaparse sharp jimp exifr exifreader piexifjs image-size pngjs jpeg-js pdf-lib pdfkit pdfjs-dist jszip fflate pako archiver ' +
    'three chart.js d3 leaflet mapbox-gl konva pixi.js electron next nuxt gatsby discord.js telegraf web3 ethers crypto-js ' +
    'node-forge tweetnacl openai stripe aws-sdk firebase googleapis nodemailer twilio discord ethereumjs-util coffee-script'
  ).split(' '),
);
