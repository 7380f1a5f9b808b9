import { createRoot } from "react-dom/client";
import { Page } from "./shell/Page";
import "./styles/page.css";
import "./styles/search.css";

const page = document.getElementById("page");
if (page) createRoot(page).render(<Page />);
