// Hands the page a message port to the core, and nothing else: no function, no object, no channel.
const { ipcRenderer } = require('electron') as typeof import('electron');

ipcRenderer.on('bindery:port', (event) => {
  window.postMessage('bindery:port', location.origin, [...event.ports]);
});
window.addEventListener('DOMContentLoaded', () => ipcRenderer.send('bindery:connect'));
