export { findBrowser } from './find-browser.js';
export { type OpenPage, openBrowser, type TestBrowser } from './open-browser.js';
