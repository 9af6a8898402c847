namespace Loupe.Engine.Families.Florence.Text;

/// <summary>How an answer's text says places.</summary>
internal enum AnswerKind
{
    /// <summary>It says none.</summary>
    Text,

    /// <summary>Lines of text, each before its four corners.</summary>
    Quads,

    /// <summary>Phrases, each before one box or more.</summary>
    Boxes,

    /// <summary>Phrases of the prompt, each before one box or more; words that stand for nothing are left out.</summary>
    Grounding,

    /// <summary>Boxes without phrases.</summary>
    Proposals,

    /// <summary>Outlines, without phrases or behind one.</summary>
    Polygons,

    /// <summary>Phrases, each before outlines or boxes.</summary>
    BoxesOrPolygons,
}
