using System.Buffers.Binary;
using System.Collections.Specialized;
using System.Numerics;
using System.Text;

namespace MedAnomaly.Encoders.Weights;

/// <summary>A name that a pickle asks for: a class or a function. It is never looked up, only compared with a list.</summary>
/// <param name="Name">Module and name, joined by a dot.</param>
/// <param name="Offset">Where the pickle asks for it, in bytes from its start.</param>
sealed record PickleGlobal(string Name, long Offset);

/// <summary>
/// Reads the part of Python's pickle language (protocol 2) that torch.save writes for arrays and plain containers, and refuses everything
/// else by name and offset. Nothing is imported or called: the few functions that may be applied are rebuilt by the caller's
/// <c>reduce</c>. The containers are flat objects that refer to each other, so time and memory are proportional to the pickle's length.
/// </summary>
/// <param name="source">What is read, for the error messages.</param>
/// <param name="pickle">The stream of opcodes.</param>
/// <param name="persistent">Resolves a persistent id, such as a storage.</param>
/// <param name="reduce">Applies an allowed function to its arguments; nothing where the function is not allowed.</param>
sealed class Unpickler(string source, ReadOnlyMemory<byte> pickle, Func<object?, object?> persistent,
    Func<PickleGlobal, object?[], object?> reduce)
{
    static readonly HashSet<string> AllowedGlobals = new(StringComparer.Ordinal)
    {
        "collections.OrderedDict", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter",
        "torch.BoolStorage", "torch.ByteStorage", "torch.CharStorage", "torch.ShortStorage", "torch.IntStorage", "torch.LongStorage",
        "torch.HalfStorage", "torch.BFloat16Storage", "torch.FloatStorage", "torch.DoubleStorage",
    };

    /// <summary>Names of refused opcodes that say what a file tries; any other is given by its number.</summary>
    static readonly Dictionary<byte, string> RefusedOpcodes = new()
    {
        [(byte)'i'] = "INST", [(byte)'o'] = "OBJ", [0x81] = "NEWOBJ", [0x92] = "NEWOBJ_EX", [0x93] = "STACK_GLOBAL", [0x82] = "EXT1",
        [0x83] = "EXT2", [0x84] = "EXT4", [(byte)'P'] = "PERSID", [0x95] = "FRAME", [0x94] = "MEMOIZE", [0x8c] = "SHORT_BINUNICODE",
    };

    readonly List<object?> stack = [];
    readonly Stack<int> marks = new();
    readonly Dictionary<uint, object?> memo = [];

    /// <summary>Where the next opcode stands, in bytes from the start.</summary>
    public int Position { get; private set; }

    /// <summary>Reads one pickle, from <see cref="Position"/> to its STOP.</summary>
    /// <returns>
    /// The object: null, bool, long (BigInteger beyond 64 bits), double, string, object[] (a tuple), List (a list), OrderedDictionary, or
    /// what the caller's functions made.
    /// </returns>
    /// <exception cref="DataFormatException">The pickle uses an opcode or a global outside the allowed ones, or is damaged.</exception>
    public object? Read()
    {
        stack.Clear();
        marks.Clear();
        memo.Clear();
        while (true)
        {
            var at = Position;
            var opcode = Byte();
            if (opcode == '.')
            {
                var result = Pop(at);
                return stack.Count == 0 && marks.Count == 0 ? result : throw Refused(at, "it stops with objects left on its stack");
            }
            Execute(opcode, at);
        }
    }

    void Execute(byte opcode, int at)
    {
        switch (opcode)
        {
            case 0x80: Protocol(at); break;
            case (byte)'N': stack.Add(null); break;
            case 0x88: stack.Add(true); break;
            case 0x89: stack.Add(false); break;
            case (byte)'J': stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case (byte)'K': stack.Add((long)Byte()); break;
            case (byte)'M': stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case 0x8a: stack.Add(LongInteger()); break;
            case (byte)'G': stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case (byte)'X': stack.Add(Text(at)); break;
            case (byte)'c': stack.Add(Global(at)); break;
            case (byte)'(': marks.Push(stack.Count); break;
            case (byte)')': stack.Add(Array.Empty<object?>()); break;
            case (byte)'t': stack.Add(PopToMark(at)); break;
            case 0x85: stack.Add(PopLast(1, at)); break;
            case 0x86: stack.Add(PopLast(2, at)); break;
            case 0x87: stack.Add(PopLast(3, at)); break;
            case (byte)']': stack.Add(new List<object?>()); break;
            case (byte)'a': Append([Pop(at)], at); break;
            case (byte)'e': Append(PopToMark(at), at); break;
            case (byte)'}': stack.Add(new OrderedDictionary()); break;
            case (byte)'s': SetItems(PopLast(2, at), at); break;
            case (byte)'u': SetItems(PopToMark(at), at); break;
            case (byte)'q': memo[Byte()] = Peek(at); break;
            case (byte)'r': memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek(at); break;
            case (byte)'h': Recall(Byte(), at); break;
            case (byte)'j': Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)), at); break;
            case (byte)'Q': stack.Add(persistent(Pop(at))); break;
            case (byte)'R': Reduce(at); break;
            case (byte)'b': Build(at); break;
            default:
                throw Refused(at, $"it uses the opcode {RefusedOpcodes.GetValueOrDefault(opcode, $"0x{opcode:X2}")}, which arrays do not "
                    + "need");
        }
    }

    void Protocol(int at)
    {
        if (Byte() is > 2 and var version)
            throw Refused(at, $"it is written in protocol {version}; torch.save writes 2 unless told otherwise");
    }

    object LongInteger()
    {
        var value = new BigInteger(Take(Byte()));
        if (value < long.MinValue || value > long.MaxValue) return value;
        return (long)value;
    }

    string Text(int at)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
        if (length > pickle.Length - Position) throw Refused(at, $"a text of {length} bytes goes past its end");
        return Encoding.UTF8.GetString(Take((int)length));
    }

    PickleGlobal Global(int at)
    {
        var global = new PickleGlobal($"{Line(at)}.{Line(at)}", at);
        return AllowedGlobals.Contains(global.Name) ? global
            : throw Refused(at, $"it asks for '{global.Name}', which is not among the {AllowedGlobals.Count} names that arrays need");
    }

    string Line(int at)
    {
        var length = pickle.Span[Position..].IndexOf((byte)'\n');
        if (length is < 0 or > 256) throw Refused(at, "a name in it does not end");
        var line = Encoding.UTF8.GetString(Take(length));
        Position++;
        return line;
    }

    void Append(object?[] items, int at)
    {
        if (Peek(at) is not List<object?> list) throw Refused(at, "it appends to what is no list");
        list.AddRange(items);
    }

    void SetItems(object?[] items, int at)
    {
        if (Peek(at) is not OrderedDictionary dictionary || items.Length % 2 != 0)
            throw Refused(at, "it sets items of what is no dictionary");
        for (var i = 0; i < items.Length; i += 2)
            dictionary[items[i] is string or long or bool ? items[i]!
                : throw Refused(at, "a dictionary key in it is neither text nor number")] = items[i + 1];
    }

    void Recall(uint key, int at) => stack.Add(memo.TryGetValue(key, out var value) ? value
        : throw Refused(at, $"it recalls entry {key}, which it never stored"));

    void Reduce(int at)
    {
        var arguments = Pop(at) as object?[] ?? throw Refused(at, "it applies a function to what is no tuple");
        var function = Pop(at) as PickleGlobal ?? throw Refused(at, "it applies what is no function");
        stack.Add(function.Name == "collections.OrderedDict" && arguments.Length == 0
            ? new OrderedDictionary()
            : reduce(function, arguments) ?? throw Refused(at,
                $"it applies '{function.Name}' to {arguments.Length} arguments, which no array needs"));
    }

    /// <summary>
    /// Only an OrderedDict's attributes (a state_dict's _metadata) are set this way; they carry no values and are dropped.
    /// </summary>
    void Build(int at)
    {
        Pop(at);
        if (Peek(at) is not OrderedDictionary) throw Refused(at, "it sets the state of what is no dictionary");
    }

    object? Peek(int at) => stack.Count > Floor ? stack[^1] : throw Refused(at, "its stack is empty");

    object? Pop(int at)
    {
        var value = Peek(at);
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    object?[] PopLast(int count, int at)
    {
        if (stack.Count - Floor < count) throw Refused(at, "its stack is empty");
        return PopFrom(stack.Count - count);
    }

    object?[] PopToMark(int at) => marks.TryPop(out var mark) ? PopFrom(mark) : throw Refused(at, "it lacks a mark");

    object?[] PopFrom(int start)
    {
        var items = stack[start..].ToArray();
        stack.RemoveRange(start, items.Length);
        return items;
    }

    int Floor => marks.TryPeek(out var mark) ? mark : 0;

    byte Byte() => Take(1)[0];

    ReadOnlySpan<byte> Take(int count)
    {
        if (count > pickle.Length - Position)
            throw Refused(Position, $"it ends after {pickle.Length} bytes in the middle of an instruction");
        var span = pickle.Span.Slice(Position, count);
        Position += count;
        return span;
    }

    DataFormatException Refused(long at, string what) =>
        new($"{source} is refused at offset {at} of its pickle: {what}. Nothing was run and nothing was loaded. "
            + "If you trust the file, convert it to safetensors where it was made.");
}
