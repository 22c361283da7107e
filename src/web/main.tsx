/** Starts the control panel in the page. */
import { render } from 'preact';

render(<p>The panel</p>, document.getElementById('panel') as HTMLElement);
