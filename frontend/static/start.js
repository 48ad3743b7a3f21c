// Loads the application. A file of its own, so that the server may forbid scripts written into the page.
import init from './rasoat.js';

// What reviews drafts in the browser, when it is first asked for.
globalThis.rasoatPrivate = () => import('./private/desk.js');

init({ module_or_path: './rasoat_bg.wasm' }).catch((error) => {
  const notice = document.createElement('p');
  notice.className = 'loading';
  notice.setAttribute('role', 'alert');
  notice.textContent =
    'Không khởi động được Rasoat trong trình duyệt này; hãy cập nhật trình duyệt rồi tải lại trang. ' +
    '(Rasoat could not start in this browser; update it and reload the page.)';
  document.getElementById('app').replaceChildren(notice);
  console.error(error);
});
