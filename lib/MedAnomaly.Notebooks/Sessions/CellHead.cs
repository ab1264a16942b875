namespace MedAnomaly.Notebooks.Sessions;

/// <summary>Follows a cell's lines from the top and tells where magics may stand: above all code, and outside of comments.</summary>
sealed class CellHead
{
    const string Opening = "/*", Closing = "*/";
    bool isOver;
    bool isComment;

    /// <summary>True where the next line, without the blanks around it, is a magic or a directive above the code.</summary>
    public bool HasMagic(ReadOnlySpan<char> line)
    {
        if (isOver) return false;
        if (isComment || line.StartsWith(Opening))
        {
            var end = (isComment ? line : line[Opening.Length..]).IndexOf(Closing);
            isComment = end < 0;
            isOver = !isComment && !line.EndsWith(Closing);
            return false;
        }
        if (line.IsEmpty || line.StartsWith("//")) return false;
        isOver = line[0] != '#';
        return !isOver;
    }
}
