#include "ui/inspector/form_menu.h"

#include "ui/inspector/param_target.h"

#include <QCoreApplication>
#include <QMenu>

#include <algorithm>

namespace athanor {

namespace {

struct FormMenu {
    Q_DECLARE_TR_FUNCTIONS(FormMenu)
};

}

void setInForm(GraphDocument& document, const std::vector<ParamPlace>& places, bool there)
{
    Graph graph = document.graph();
    graph.form = withPlaces(std::move(graph.form), places, there);
    document.editWhole(there ? FormMenu::tr("Show in Form") : FormMenu::tr("Remove from Form"), std::move(graph));
}

void moveInForm(GraphDocument& document, const ParamPlace& place, int by)
{
    Graph graph = document.graph();
    const auto at = std::ranges::find(graph.form, place) - graph.form.begin();
    const auto to = at + by;
    const auto size = std::ptrdiff_t(graph.form.size());
    if (at == size || to < 0 || to >= size)
        return;
    std::swap(graph.form[size_t(at)], graph.form[size_t(to)]);
    document.editWhole(FormMenu::tr("Move in Form"), std::move(graph));
}

void addFormActions(QMenu& menu, GraphDocument& document, const std::vector<ParamPlace>& places)
{
    const std::vector<ParamPlace>& form = document.graph().form;
    const bool there = hasPlaces(form, places);
    if (!menu.isEmpty())
        menu.addSeparator();
    menu.addAction(there ? FormMenu::tr("Remove from Form") : FormMenu::tr("Show in Form"),
        [&document, places, there] { setInForm(document, places, !there); });
    if (!there || places.size() != 1)
        return;
    menu.addAction(FormMenu::tr("Move Up in Form"), [&document, places] { moveInForm(document, places.front(), -1); })
        ->setEnabled(form.front() != places.front());
    menu.addAction(FormMenu::tr("Move Down in Form"), [&document, places] { moveInForm(document, places.front(), 1); })
        ->setEnabled(form.back() != places.front());
}

}
