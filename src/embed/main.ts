document.dispatchEvent(new CustomEvent('orgdesk:ready'));
