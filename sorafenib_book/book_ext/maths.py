"""Formulas as MathML, which browsers draw themselves: no script."""

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

logger = logging.getLogger(__name__)


def _mathml(node, as_block):
    try:
        return tex2mathml(node.astext(), as_block=as_block)
    except MathError as error:
        logger.warning("formula %r cannot be written as MathML: %s", node.astext(), error, location=node)
        return f"<code>{node.astext()}</code>"


def inline(self, node):
    self.body.append(_mathml(node, as_block=False))
    raise nodes.SkipNode


def block(self, node):
    # A wide formula scrolls inside itself, so the keyboard must reach it.
    self.body.append(self.starttag(node, "div", CLASS="math", tabindex="0") + _mathml(node, as_block=True))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", inline_renderers=(inline, None), block_renderers=(block, None))
